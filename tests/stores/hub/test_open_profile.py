"""Opening a Hub profile: as the user who signs in, or the one named in the environment."""

from pathlib import Path

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.policy import Setting
from iam_tui.stores.errors import NotSignedIn, Refused
from iam_tui.stores.protocol import Credentials, FirstOrganization, Profile, SignInOptions, StoreKind
from tests.clock import FixedClock
from tests.stores.hub.fake_hub import SECRET, FakeHub


def profile_of(hub: FakeHub, folder: Path) -> Profile:
    """A profile of that Hub, with its memory in a file that is not there yet."""
    return Profile("hub", StoreKind.HUB, folder / "memory.db", api=hub.url)


async def test_a_signed_in_user_has_a_store_and_a_memory(
    hub: FakeHub, tmp_path: Path, clock: FixedClock
) -> None:
    profile = profile_of(hub, tmp_path)
    opener = StoreOpener([profile], clock, {})
    with pytest.raises(NotSignedIn, match=hub.url):
        await opener.open(profile)
    opened = await opener.open(profile, SignInOptions(Credentials("olivia", SECRET)))
    assert (opened.profile.user, opened.store.user, opened.profile.where) == ("olivia", "olivia", hub.url)
    draft = Draft.of((await opened.store.organization_state("acme")).revision)
    draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
    await opened.memory.keep_draft("acme", draft)
    await opened.store.close()
    again = await opener.open(profile, SignInOptions(Credentials("olivia", SECRET)))
    assert await again.memory.draft("acme") == draft
    await again.store.close()


async def test_the_environments_need_no_question(hub: FakeHub, tmp_path: Path, clock: FixedClock) -> None:
    """Where they are configured for this API, and nowhere else."""
    profile = profile_of(hub, tmp_path)
    environment = {"IAM_TUI_USERNAME": "max", "IAM_TUI_TOKEN": SECRET, "IAM_TUI_API": hub.url}
    opener = StoreOpener([profile], clock, environment)
    assert await opener.people(profile) == ["max"]
    opened = await opener.open(profile)
    assert opened.store.user == "max"
    await opened.store.close()
    elsewhere = StoreOpener([profile], clock, {**environment, "IAM_TUI_API": "http://127.0.0.1:1"})
    assert await elsewhere.people(profile) == []


async def test_a_second_factor_is_asked_for(hub: FakeHub, tmp_path: Path, clock: FixedClock) -> None:
    """The caller is asked for it; what was typed is in no repr."""
    hub.second_factor["olivia"] = "123456"
    hub.secrets["olivia"] = "a password"

    async def code() -> str:
        return "123456"

    sign_in = SignInOptions(Credentials("olivia", "a password"), code)
    assert "a password" not in repr(sign_in)
    profile = profile_of(hub, tmp_path)
    opened = await StoreOpener([profile], clock, {}).open(profile, sign_in)
    assert (await opened.store.organization_state("acme")).organization.name == "acme"
    await opened.store.close()


async def test_what_cannot_be_opened(hub: FakeHub, tmp_path: Path, clock: FixedClock) -> None:
    """Nothing is left open or made by the attempt."""
    profile = Profile("hub", StoreKind.HUB, tmp_path / "memory.db", api="http://hub.example")
    opener = StoreOpener([profile], clock, {})
    sign_in = SignInOptions(Credentials("olivia", SECRET))
    with pytest.raises(InvalidInput, match="not encrypted"):
        await opener.open(profile, sign_in)
    with pytest.raises(Refused):
        await opener.create(profile, FirstOrganization("acme", "olivia"))
    wrong = SignInOptions(Credentials("olivia", "dckr_pat_wrong"))
    with pytest.raises(NotSignedIn):
        await opener.open(profile_of(hub, tmp_path), wrong)
    assert not (tmp_path / "memory.db").exists()
