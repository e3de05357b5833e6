"""How a review looks, on top of what every page shares: the verdict's colour, gates and what is deleted in frames."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
.verdict { border-left: 8px solid var(--line); border-radius: 6px; padding: 10px 16px; background: var(--panel); }
.verdict p { margin: 0; color: var(--faint); }
.verdict.stopped { border-color: var(--bad); background: var(--bad-ground); } .stopped h1, .bad { color: var(--bad); }
.verdict.passes { border-color: var(--good); background: var(--good-ground); } .passes h1 { color: var(--good); }
section.environment { border-top: 3px solid var(--line); margin-top: 48px; }
section.environment > h2 { margin-top: 16px; font-size: 22px; } h2 .counts { font-size: 15px; font-weight: 400;
  color: var(--faint); margin-left: 8px; }
article { border: 1px solid var(--line); border-left: 5px solid var(--bad); border-radius: 6px; padding: 8px 14px;
  margin: 10px 0; } article h3, article h4 { margin: 2px 0 4px; font-size: 15px; overflow-wrap: anywhere; }
article .scroll table { min-width: 0; } article p { margin: 2px 0 6px; } article table { font-size: 13px; }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 4px; padding: 0 6px; font-size: 12px;
  font-weight: 600; vertical-align: 1px; }
.badge.bad { color: var(--bad); background: var(--bad-ground); } .badge.careful { color: var(--careful);
  background: var(--careful-ground); } .badge.good { color: var(--good); background: var(--good-ground); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 6px 0; font-size: 14px; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
ul.turns { list-style: none; padding: 0; } ul.turns li { border-left: 4px solid var(--line); padding: 1px 0 1px 10px;
  margin: 5px 0; } ul.turns li.loses { border-color: var(--bad); } ul.turns li.gains { border-color: var(--good); }
ul.turns li.changes { border-color: var(--careful); }
.place { white-space: nowrap; }
.operation { display: inline-block; min-width: 1.4em; font-weight: 700; }
@media (max-width: 640px) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 6px; } }
"""
