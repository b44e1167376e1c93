"""What a decision says: the reason, the trace, the remedy, and Docker's own error."""

import pytest

from iam_tui.core.category import Category
from iam_tui.core.decision import Decision, containerd_error, decide
from iam_tui.core.decision_rules import ClassifiedImage
from iam_tui.core.organization import Organization, Plan, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.reference import ImageReference
from iam_tui.core.verdict import Verdict
from tests.core.situations import image, revision

MEMBER = Puller(Role.MEMBER)
ACME = Organization("acme")


def pull(kind: str, **switches: bool | None) -> Decision:
    return decide(image(kind), ACME, MEMBER, revision(policy(**switches)))


def policy(**switches: bool | None) -> Policy:
    on = Policy(enabled=True)
    for name, value in switches.items():
        on = on.with_setting(Setting(name), on=value)
    return on


@pytest.mark.parametrize(
    ("reference", "manifest", "repository"),
    [
        ("mlrun/mlrun:unstable", "mlrun/mlrun/manifests/unstable", "mlrun/mlrun"),
        ("nginx", "library/nginx/manifests/latest", "library/nginx"),
        ("index.docker.io/nginx:1.27", "library/nginx/manifests/1.27", "library/nginx"),
        (f"redis:7@sha256:{'a' * 64}", f"library/redis/manifests/sha256:{'a' * 64}", "library/redis"),
        (f"redis@sha256:{'b' * 64}", f"library/redis/manifests/sha256:{'b' * 64}", "library/redis"),
    ],
)
def test_a_refused_pull_shows_the_error_that_docker_prints(
    reference: str, manifest: str, repository: str
) -> None:
    what = ClassifiedImage(ImageReference.parse(reference), frozenset({Category.OFFICIAL}))
    decision = decide(what, Organization("X"), MEMBER, revision(policy(official=False)))
    assert decision.docker_error == (
        f'Error response from daemon: Head "https://registry-1.docker.io/v2/{manifest}": '
        f"denied: image access restricted: {repository} blocked for organization X"
    )
    assert containerd_error(what.reference, Organization("X")) == (
        "Error response from daemon: error from registry: "
        f"image access restricted: {repository} blocked for organization X"
    )


def reasons() -> dict[str, str]:
    off = {"official": False, "verified_publisher": False, "community": False}
    tool = AllowlistEntry("nobody/knows")
    listed = decide(image("unknown"), ACME, MEMBER, revision(policy(allowlist_enabled=True).allow([tool])))
    doubtful = policy(**off, allowlist_enabled=None).allow([tool])
    signed_out = Puller(Role.EDITOR, signed_in=False)
    enforcing = Organization("acme", sign_in_enforced=True)
    return {
        "official on": pull("official").reason,
        "official off": pull("official", **off).reason,
        "official off, list on": pull("official", **off, allowlist_enabled=True).reason,
        "community unknown": pull("community", community=None).reason,
        "badge unknown, both on": pull("unknown", community=True).reason,
        "badge unknown, both off": pull("unknown", **off).reason,
        "badge unknown, mixed": pull("unknown").reason,
        "list in doubt": decide(image("unknown"), ACME, MEMBER, revision(doubtful)).reason,
        "on the list": listed.reason,
        "own": pull("organization", **off).reason,
        "elsewhere": pull("off hub", **off).reason,
        "off": pull("community", enabled=False).reason,
        "team": decide(image("official"), Organization("acme", Plan.TEAM), MEMBER, revision(policy())).reason,
        "owner": decide(image("official"), ACME, Puller(Role.OWNER), revision(policy(**off))).reason,
        "signed out": decide(image("official"), ACME, signed_out, revision(policy(**off))).reason,
        "sign-in enforced": decide(image("official"), enforcing, signed_out, revision(policy(**off))).reason,
    }


def test_every_reason_is_a_sentence_that_reads_well() -> None:
    both = "Its category is not known, but Community images and Docker Verified Publisher Images are both"
    assert reasons() == {
        "official on": "Docker Official Images are switched on.",
        "official off": "Docker Official Images are switched off, and so is the allowlist.",
        "official off, list on": (
            "Docker Official Images are switched off and the repository is not on the allowlist."
        ),
        "community unknown": "It is not known whether Community images are switched on.",
        "badge unknown, both on": f"{both} switched on.",
        "badge unknown, both off": f"{both} switched off, and so is the allowlist.",
        "badge unknown, mixed": (
            "The badge of its namespace is not known: Community images are switched off, "
            "Docker Verified Publisher Images are switched on."
        ),
        "list in doubt": (
            f"{both} switched off, and the repository is on the allowlist, "
            "but it is not known whether that is switched on."
        ),
        "on the list": "The repository is on the allowlist, which overrides every category.",
        "own": "It is one of acme's own images, which are always allowed.",
        "elsewhere": "It does not come from Docker Hub. Registry Access Management may still stop it.",
        "off": "Image Access Management is off in acme: members may pull anything.",
        "team": "acme has no Docker Business plan, so Image Access Management does not apply.",
        "owner": "Owners are never restricted.",
        "signed out": (
            "Not signed in, so no policy of acme applies. Enforcing sign-in would close this gap."
        ),
        "sign-in enforced": (
            "acme enforces sign-in: Docker Desktop asks to sign in first. "
            "An engine outside Docker Desktop is not stopped."
        ),
    }


def test_a_trace_says_what_each_rule_found() -> None:
    steps = pull("unknown", community=None, allowlist_enabled=True).steps
    assert [(step.number, step.question, step.found) for step in steps] == [
        (0, "an image reference?", "docker.io/nobody/knows:latest"),
        (1, "signed in to the organization?", "yes, member"),
        (2, "on Docker Hub?", "yes, docker.io"),
        (3, "Image Access Management on?", "yes"),
        (4, "organization owner?", "no, member"),
        (5, "organization's own image?", "no, nobody/"),
        (6, "on the allowlist?", "no, it is empty"),
        (7, "its category switched on?", "Community images unknown, Docker Verified Publisher Images on"),
    ]


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        (
            policy(),
            "An owner can allowlist mlrun/mlrun and switch on the allowlist, or switch on Community images.",
        ),
        (
            policy(allowlist_enabled=True),
            "An owner can allowlist mlrun/mlrun, or switch on Community images.",
        ),
        (
            policy().allow([AllowlistEntry("mlrun/mlrun")]),
            "An owner can switch on the allowlist, which names mlrun/mlrun, or switch on Community images.",
        ),
        (
            Policy(enabled=True, community=None, allowlist_enabled=None, allowlist=None),
            "An owner can record the community switch and the allowlist by hand.",
        ),
    ],
)
def test_the_remedy_says_what_an_owner_can_do(given: Policy, remedy: str) -> None:
    assert decide(image("community"), ACME, MEMBER, revision(given)).remedy == remedy


def test_an_unknown_badge_is_looked_up() -> None:
    assert pull("unknown").remedy == "Look up the badge of nobody on Docker Hub, or record it by hand."


def test_a_pull_that_only_an_old_sign_in_blocks_passes_after_signing_in_again() -> None:
    newest, old = revision(policy(community=True), 7), revision(policy(), 3)
    decision = decide(image("community"), ACME, MEMBER, newest, old)
    assert decision.verdict is Verdict.BLOCKED
    assert decision.remedy == "Sign out of Docker Desktop and sign in again, so that revision 7 applies."
