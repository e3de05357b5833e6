"""Access: IAM on projects and the billing account, and roles in clusters, all of it from one list of grants.

Additive (F2), on groups (F1), each named after what it grants. Nothing here makes or edits a group, nothing is bound
for a group that the directory has not synchronised (F12), and the break-glass accounts are nobody's business here.
"""
