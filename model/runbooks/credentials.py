"""The change of secrets: certificate authorities, keys of service accounts, the password of vCenter."""

from __future__ import annotations

from model.config.onprem_cluster import AdminCluster, UserCluster
from model.runbooks import checks, takes
from model.runbooks.admin_create import WHO
from model.runbooks.keys import MOST_KEYS, email, fill_in_credentials, keys_of
from model.runbooks.shape import FOREVER, Kind, Runbook, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import ADMIN_CA, JUDGED, KEYS, SECRETS, USER_CA, VCENTER_CREDENTIALS

_ROTATE = "update credentials certificate-authorities rotate"
_STATUS = "update credentials certificate-authorities status"
_KUBECONFIG = "update credentials certificate-authorities update-kubeconfig"


def _admin_of(site: Site, cluster: AdminCluster | UserCluster) -> AdminCluster:
    return cluster if isinstance(cluster, AdminCluster) else site.admin_of(cluster)


def _flags(site: Site, cluster: AdminCluster | UserCluster) -> str:
    """Return which cluster a command of `gkectl update credentials` is about."""
    which = "--admin-cluster " if isinstance(cluster, AdminCluster) else ""
    return f"{which}--config {site.config(cluster)}"


def certificates_rotate(site: Site, cluster: AdminCluster | UserCluster) -> Runbook:
    """Return how the certificate authorities of a cluster are replaced: of etcd, of the cluster, of aggregation."""
    admin = _admin_of(site, cluster)
    flags = _flags(site, cluster)
    own = cluster if isinstance(cluster, UserCluster) else None
    middle = _rotate_user(site, admin, own, flags) if own else _rotate_admin(site, admin, flags)
    return Runbook(
        task="certificates-rotate",
        title=f"Rotate the certificate authorities of {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="The control plane's certificates are renewed by every upgrade; the authorities that sign them are "
        "not, and end with their cluster when nobody replaces them. Do it well before they end, or when one is "
        "known to others.",
        who=WHO,
        prerequisites=(
            "a change window: every node restarts more than once, pods are rescheduled",
            checks.two_of_three(cluster.control_plane),
            "everybody who holds a kubeconfig file of this cluster can be reached; people who come through the Connect "
            "gateway notice nothing",
        ),
        steps=(
            *checks.window(site),
            site.log_in(),
            checks.workstation(site.env.onprem.workstation.version),
            checks.recent_backup(site, admin),
            checks.healthy(site, admin, own),
            *((checks.disruptions(site, own),) if own else ()),
            site.deliver(site.config(cluster)),
            *middle,
            checks.healthy(site, admin, own),
        ),
        undo=f"{FOREVER}: a rotation that was begun can be neither stopped nor taken back. An interrupted one goes on "
        "with the same command; only one may run",
        sources=(USER_CA,) if own else (ADMIN_CA,),
        rules=("A23", "B70"),
    )


def _rotate_admin(site: Site, admin: AdminCluster, flags: str) -> tuple[Step, ...]:
    rotate = Step(
        kind=Kind.COMMAND,
        text="Begin."
        if admin.advanced
        else "Begin. The command does the first half and waits for the next step, in another window.",
        commands=(site.gkectl(_ROTATE, admin, flags),),
        expect="it ends, and has written the kubeconfig anew" if admin.advanced else "it pauses, and says so",
        takes=takes.rotation_of(admin),
        undo=FOREVER,
    )
    if admin.advanced:
        return (rotate, _hand_out(site, site.kubeconfig(admin), admin.name))
    update = site.gkectl(_KUBECONFIG, admin, flags)
    return (
        rotate,
        Step(
            kind=Kind.COMMAND,
            text="Give the kubeconfig the new certificates; the old authority stays in it until the end.",
            commands=(update,),
            expect="it ends without an error",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Do the second half.",
            commands=(site.gkectl(_ROTATE, admin, flags, "--complete"),),
            expect="it reports the new version of the authority",
            takes=takes.rotation_of(admin),
            undo=FOREVER,
        ),
        Step(
            kind=Kind.COMMAND,
            text="Take the old authority out of the kubeconfig.",
            commands=(update,),
            expect="it ends without an error",
        ),
        _hand_out(site, site.kubeconfig(admin), admin.name),
    )


def _rotate_user(site: Site, admin: AdminCluster, cluster: UserCluster, flags: str) -> tuple[Step, ...]:
    file = site.user_kubeconfig(cluster)
    rotate = Step(
        kind=Kind.COMMAND,
        text="Begin; the command ends at once, and the rotation goes on in the admin cluster."
        if not cluster.advanced
        else "Begin, and wait until it ends.",
        commands=(site.gkectl(_ROTATE, admin, flags),),
        expect="it ends, and has written the kubeconfig anew"
        if cluster.advanced
        else '"successfully started the CA rotation"',
        takes=takes.rotation_of(cluster),
        undo=FOREVER,
    )
    if cluster.advanced:
        return (rotate, _hand_out(site, file, cluster.id))
    return (
        rotate,
        Step(
            kind=Kind.WAIT,
            text="Ask now and then how far it is.",
            commands=(site.gkectl(_STATUS, admin, flags),),
            expect="status: True, reason: CARotationCompleted",
        ),
        Step(
            kind=Kind.COMMAND,
            text="Get the new kubeconfig from the admin cluster.",
            commands=(
                site.kubectl(
                    admin,
                    f"get secret admin --namespace {cluster.id} --output 'jsonpath={{.data.admin\\.conf}}' "
                    f"| base64 --decode > {file}",
                ),
                f"chmod 600 {file}",
                f"kubectl --kubeconfig {file} get nodes",
            ),
            expect="every node, Ready",
        ),
        _hand_out(site, file, cluster.id),
    )


def _hand_out(site: Site, file: str, name: str) -> Step:
    return Step(
        kind=Kind.COMMAND,
        text="Keep the new kubeconfig where the old one was kept; all other copies are void now. Log-in by OpenID "
        "Connect needs its file handed out anew too.",
        commands=(
            f"gcloud secrets versions add {name}-kubeconfig --project={site.project} --data-file={file}",
            f"gcloud secrets versions list {name}-kubeconfig --project={site.project} --limit=2",
        ),
        expect="a new version; disable the one before",
    )


def keys_rotate(site: Site, cluster: AdminCluster | UserCluster) -> Runbook:
    """Return how the keys of a cluster's service accounts are replaced (A81, A82)."""
    admin, flags = _admin_of(site, cluster), _flags(site, cluster)
    own = cluster if isinstance(cluster, UserCluster) else None
    steps: list[Step] = [
        site.log_in(),
        checks.healthy(site, admin, own),
        Step(
            kind=Kind.COMMAND,
            text="Keep the secrets as they are. The folder is a secret itself; it goes when all is well.",
            commands=(
                "umask 077 && mkdir -p backup",
                site.kubectl(
                    admin,
                    "get secret admin-cluster-creds --namespace kube-system --output json "
                    "> backup/admin-cluster-creds.json",
                )
                if own is None
                else site.kubectl(
                    admin,
                    f"get secret user-cluster-creds --namespace {own.id}-gke-onprem-mgmt --output json "
                    "> backup/user-cluster-creds.json",
                ),
            ),
            expect="a file",
        ),
    ]
    for each in keys_of(cluster):
        account, old = email(site, each), f"{each.path}.before"
        steps.append(
            Step(
                kind=Kind.COMMAND,
                text=f"{each.account}: a new key in place of the old one, in the file and in the cluster. An "
                f"account has at most {MOST_KEYS} keys (A81): where there are as many, delete one that nobody uses "
                "first.",
                commands=(
                    f"gcloud iam service-accounts keys list --iam-account={account} --managed-by=user",
                    f"mv {each.path} {old}",
                    f"gcloud iam service-accounts keys create {each.path} --iam-account={account}",
                    site.gkectl(f"update credentials {each.component}", admin, flags),
                ),
                expect="it ends without an error",
                takes=Takes(10, JUDGED),
                undo=f"mv {old} {each.path}, and update the credentials again; the old key works until it is deleted",
            )
        )
    steps.append(checks.healthy(site, admin, own))
    deletions = [
        f'gcloud iam service-accounts keys delete "$(jq --raw-output .private_key_id {each.path}.before)" '
        f"--iam-account={email(site, each)}"
        for each in keys_of(cluster)
    ]
    steps.append(
        Step(
            kind=Kind.COMMAND,
            text="After a day without an error in the logs: delete the old keys, whose ids stand in the old files, "
            "then the files. The key of component-access serves every cluster of the workstation: rotate the "
            "others first.",
            commands=(
                *deletions,
                f"shred --remove {' '.join(each.path + '.before' for each in keys_of(cluster))}",
                "shred --remove backup/*",
            ),
            expect="one key for each account and cluster is left",
            undo=FOREVER,
        )
    )
    return Runbook(
        task="keys-rotate",
        title=f"Rotate the service account keys of {cluster.name}",
        environment=site.env.name,
        subject=cluster.name,
        purpose="Keys on the workstation live until they are deleted (A82). Rotate them every 90 days, and when "
        "somebody who had access to the workstation leaves.",
        who=WHO,
        prerequisites=("roles/iam.serviceAccountKeyAdmin on the cluster project, for the time of the rotation",),
        steps=tuple(steps),
        undo="until the old keys are deleted: put the old files back and update the credentials again",
        sources=(KEYS,),
        rules=("A81", "A82"),
    )


def vcenter_password(site: Site, cluster: AdminCluster | UserCluster) -> Runbook:
    """Return how a cluster gets another password of vCenter (A9, A23)."""
    admin, flags = _admin_of(site, cluster), _flags(site, cluster)
    own = cluster if isinstance(cluster, UserCluster) else None
    access = site.env.onprem.vsphere.access
    project, name = access.credentials.removeprefix("sm://").split("/", 1)
    return Runbook(
        task="vcenter-password",
        title=f"Give {cluster.name} another password of vCenter",
        environment=site.env.name,
        subject=cluster.name,
        purpose="The cluster makes and repairs machines with this account; no client of the API can change it.",
        who=WHO,
        prerequisites=(
            f"the infrastructure team has given {access.account} a second password, or will change it in the same hour",
            "the admin cluster goes first, then each user cluster",
        ),
        steps=(
            Step(
                kind=Kind.COMMAND,
                text="Put the new password into Secret Manager; it is read from the keyboard and shown nowhere.",
                commands=(
                    f'read -rs NEW && printf %s "$NEW" | gcloud secrets versions add {name} --project={project} '
                    "--data-file=-; unset NEW",
                ),
                expect="a new version",
                undo=f"gcloud secrets versions disable the new version of {name}",
            ),
            site.log_in(),
            checks.healthy(site, admin, own),
            fill_in_credentials(site),
            Step(
                kind=Kind.COMMAND,
                text="Bring it to the cluster.",
                commands=(site.gkectl("update credentials vsphere", admin, flags),),
                expect="it ends without an error",
                takes=Takes(10, JUDGED),
                undo="the same with the password of before, while it still works",
            ),
            checks.healthy(site, admin, own),
        ),
        undo="the same with the password of before, while it still works",
        sources=(VCENTER_CREDENTIALS, SECRETS),
        rules=("A9", "A23"),
    )
