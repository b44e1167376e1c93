"""Any text is just text: what goes into the file comes out the same, or is refused with a reason."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils.db import Database

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.policy import AllowlistEntry, Origin, Policy
from iam_tui.stores.errors import NotFound
from iam_tui.stores.local import LocalAdmin, LocalFile, LocalMemory, LocalStore, open_file
from tests.clock import FixedClock

HOSTILE = st.sampled_from(
    [
        "[b]x[/]",
        "\x1b]0;t\x07",
        "\u202etxt",
        "e\u0301",
        "宽",
        "a\0b",
        "'; DROP TABLE revisions --",
        "\ufeff",
        "\r\n",
    ]
)
TEXT = st.text() | HOSTILE
HALF = st.text(st.characters(categories=["Cs"]), min_size=1, max_size=3)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ENTRIES = st.builds(AllowlistEntry, TEXT, TEXT, st.none() | st.dates(), TEXT.filter(bool), MOMENTS)
POLICIES = st.builds(
    lambda policy, entries: policy.allow(entries),
    st.builds(Policy, *[st.booleans()] * 5),
    st.lists(ENTRIES, max_size=6),
)
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalFile]:
    """One file for all the examples; each creates its own organization."""
    file = open_file(tmp_path_factory.mktemp("text") / "iam.db", FixedClock())
    yield file
    asyncio.run(file.close())


async def start(file: LocalFile) -> tuple[LocalStore, str, Draft]:
    """A new organization and a clean draft over its first revision."""
    name = f"acme{next(NUMBERS)}"
    await LocalAdmin(file).create_organization(name, "olivia")
    store = LocalStore(file, "olivia")
    return store, name, Draft.of((await store.organization_state(name)).revision)


@given(policy=POLICIES, note=TEXT)
def test_policies_and_notes_come_back_as_saved(file: LocalFile, policy: Policy, note: str) -> None:
    """Switches, entries with their reasons and dates, and the note."""

    async def example() -> None:
        store, name, draft = await start(file)
        saved = await store.save(name, draft.stage(policy), note=note, origin=Origin.SERVER)
        assert saved.policy == policy
        assert (
            (await store.organization_state(name)).revision
            == saved
            == await store.revision(name, saved.number)
        )

    asyncio.run(example())


@given(policies=st.lists(POLICIES, max_size=5), undone=st.integers(0, 5), text=st.text() | HALF)
def test_drafts_come_back_as_kept(file: LocalFile, policies: list[Policy], undone: int, text: str) -> None:
    """With every step to undo and to redo, even where a text could not be saved."""

    async def example() -> None:
        _, name, draft = await start(file)
        for policy in policies:
            draft = draft.stage(policy)
        draft = draft.stage(draft.policy.allow([AllowlistEntry("a", text), AllowlistEntry("b", "always")]))
        draft = draft.stage(replace(draft.policy, allowlist=None))
        for _ in range(undone):
            draft = draft.undo()
        memory = LocalMemory(file, text if text.isprintable() else "local", "olivia")
        await memory.keep_draft(name, draft)
        assert await memory.draft(name) == (None if draft.is_clean else draft)

    asyncio.run(example())


@given(images=st.lists(st.text() | HALF), pull=st.text() | HALF)
def test_images_come_back_as_typed(file: LocalFile, images: list[str], pull: str) -> None:
    """In the watch list and in the recent pulls, whatever was pasted."""

    async def example() -> None:
        memory = LocalMemory(file, "local", "olivia")
        await memory.keep_watch_list("acme", images)
        await memory.keep_pull(pull)
        assert await memory.watch_list("acme") == images
        assert (await memory.recent_pulls())[0] == pull

    asyncio.run(example())


@given(before=st.text(), half=HALF)
def test_half_a_character_in_a_note_is_refused(file: LocalFile, before: str, half: str) -> None:
    """It cannot be written as UTF-8; the message says which, and nothing is saved."""

    async def example() -> None:
        store, name, draft = await start(file)
        staged = draft.stage(replace(draft.policy, community=True))
        with pytest.raises(InvalidInput, match=r"half a character \(U\+D[89A-F]"):
            await store.save(name, staged, note=before + half, origin=Origin.CONSOLE)
        assert (await store.organization_state(name)).revision == draft.base

    asyncio.run(example())


@given(name=TEXT, user=TEXT)
def test_any_name_can_be_looked_up(file: LocalFile, name: str, user: str) -> None:
    """And is not found."""

    async def example() -> None:
        with pytest.raises(NotFound):
            await LocalStore(file, user).organization_state(name)

    asyncio.run(example())


@given(names=st.lists(TEXT, min_size=1, max_size=5, unique=True), user=TEXT, note=TEXT)
def test_a_file_made_by_hand_may_hold_any_names(
    file: LocalFile, names: list[str], user: str, note: str
) -> None:
    """Organizations, people and authors that this program would not make are shown all the same."""
    number = next(NUMBERS)
    user, names = f"{number}{user}", [f"{number}{name}" for name in names]

    def fill(database: Database) -> None:
        for name in names:
            database.execute("INSERT INTO organizations VALUES (?, 'team', 1, ?, NULL)", [name, note])
            database.execute(
                "INSERT INTO members VALUES (?, ?, 'editor', 'unrecorded', NULL, NULL)", [name, user]
            )
            database.execute(
                "INSERT INTO revisions VALUES (?, 1, 1, 0, 0, NULL, NULL, NULL, ?, ?, ?, 'drift', NULL)",
                [name, user, "2026-03-12T14:15:00Z", note],
            )

    async def example() -> None:
        await file.write(fill)
        store = LocalStore(file, user)
        seen = [state async for batch in store.organizations() for state in batch]
        assert [state.organization.name for state in seen] == sorted(names)
        assert {(state.organization.full_name, state.revision.note) for state in seen} == {(note, note)}
        assert [member.user for member in await store.members(names[0])] == [user]

    asyncio.run(example())
