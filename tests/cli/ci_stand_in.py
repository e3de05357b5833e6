"""Stands in for pulumi, gh and gcloud; run by itself, under their names, with the folder STORE to keep things in."""

import json
import os
import sys
from pathlib import Path

STORE = Path(os.environ["STORE"])
PROGRAM = Path(sys.argv[0]).name
WORDS = sys.argv[1:]


def kept(name: str, otherwise: str = "[]") -> str:
    path = STORE / f"{name}.json"
    return path.read_text(encoding="utf-8") if path.exists() else otherwise


def keep(name: str, value: object) -> None:
    (STORE / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")


def pulumi() -> str:
    answers = {
        "version": "v3.220.0",
        "preview": kept("after" if (STORE / "applied").exists() else "preview"),
        "refresh": kept("refresh"),
        "stack history": kept("history"),
        "stack export": kept("state", '{"deployment": {}}'),
        "stack output": kept("outputs", '{"clusters": {"a": 1}, "contexts": {"a": "b"}, "vpn_gateway": {"0": "c"}}'),
        "cancel": "",
        "up": "updated",
    }
    if WORDS[0] == "up":
        (STORE / "applied").touch()
    return answers[" ".join(WORDS[:2])] if WORDS[0] == "stack" else answers[WORDS[0]]


def gcloud() -> str:
    if WORDS[:3] == ["secrets", "versions", "access"]:
        return "made-up-for-this-test"
    if WORDS[:2] == ["storage", "ls"]:
        if not json.loads(kept("locks")):
            sys.exit("ERROR: (gcloud.storage.ls) One or more URLs matched no objects.")
        return f"{WORDS[2].removesuffix('**')}one.json"
    if WORDS[:2] == ["storage", "cat"]:
        return json.dumps(json.loads(kept("locks"))[0])
    return ""


def gh() -> str:
    words = [word for word in WORDS[1:] if not word.startswith("--")]
    method = WORDS[WORDS.index("--method") + 1] if "--method" in WORDS else "GET"
    path = next(word for word in words if word.startswith("repos/")).split("?")[0]
    kind = "comments" if "comments" in path else "pulls" if path.endswith("/pulls") else "issues"
    items = json.loads(kept(kind))
    if method == "GET":
        return json.dumps(items)
    fields = json.loads(sys.stdin.read())
    if method == "POST":
        items.append(
            {"id": len(items) + 1, "number": len(items) + 1, "user": {"login": "github-actions[bot]"}, **fields}
        )
        found = items[-1]
    else:
        found = next(each for each in items if str(each["id"]) == path.rpartition("/")[2])
        found.update(fields)
    keep(kind, [each for each in items if each.get("state") != "closed"])
    return json.dumps(found)


with (STORE / "calls").open("a", encoding="utf-8") as calls:
    names = ("PULUMI_BACKEND_URL", "VSPHERE_USER", "VSPHERE_PASSWORD")
    given = {name: os.environ.get(name, "") for name in names}
    calls.write(json.dumps({"program": PROGRAM, "words": WORDS, "given": given}) + "\n")
sys.stdout.write({"pulumi": pulumi, "gcloud": gcloud, "gh": gh}.get(PROGRAM, lambda: "")() + "\n")
