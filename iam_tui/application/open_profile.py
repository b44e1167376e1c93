"""Opens profiles: the demo, local files and Docker Hub. The only module here that knows concrete stores."""

import os
import shutil
import tempfile
import weakref
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iam_tui.core.errors import InvalidInput
from iam_tui.core.policy import Origin
from iam_tui.stores.badge_lookup import BadgeLookup, LookupRules
from iam_tui.stores.errors import NotFound, NotSignedIn, Refused
from iam_tui.stores.local import LocalAdmin, LocalFile, LocalMemory, LocalStore, open_file
from iam_tui.stores.local.file import Clock
from iam_tui.stores.local.name_rules import check_first
from iam_tui.stores.protocol import (
    HUB_API,
    OWN_PROFILE,
    Credentials,
    FirstOrganization,
    LookedUp,
    OpenProfile,
    Profile,
    SignInOptions,
    StoreKind,
)

if TYPE_CHECKING:
    from iam_tui.stores.hub import ApiOrigin

_RULES: Final = LookupRules()
_DEMO_FILE: Final = "demo.db"


class StoreOpener:
    """`protocol.ProfileOpener` over the profiles that the settings name, the default one first.

    A demo without a path is kept in a temporary folder until `close`, or as long as this object exists;
    opening it again before that shows the same organizations.
    """

    def __init__(
        self,
        profiles: Sequence[Profile],
        clock: Clock,
        environment: Mapping[str, str] = os.environ,
        *,
        lookups: LookupRules = _RULES,
    ) -> None:
        self._profiles = tuple(profiles)
        self._clock = clock
        self._environment = environment
        self._lookups = lookups
        self._folders: dict[str, Path] = {}
        # Without `close` the folders are removed when the process ends.
        self._cleaner = weakref.finalize(self, _remove, self._folders)

    def profiles(self) -> Sequence[Profile]:
        """The profiles that can be opened, the default one first."""
        return self._profiles

    async def people(self, profile: Profile) -> Sequence[str]:
        """The users the profile can be opened as, sorted; empty for a file that does not exist yet.

        On Docker Hub that is the user of the credentials that were found, if any.
        """
        if profile.kind is StoreKind.HUB:
            found = await self.credentials(profile)
            return [] if found is None else [found.username]
        try:
            async with self.opened_file(profile) as file:
                return await LocalAdmin(file).people()
        except NotFound:
            return []

    async def known_organizations(self, profile: Profile) -> Sequence[str]:
        """The names of organizations in the profile's file, sorted; on Hub those that were read before."""
        try:
            async with self.opened_file(profile) as file:
                api = str(_origin(profile)) if profile.kind is StoreKind.HUB else None
                return await LocalAdmin(file).organization_names(api)
        except NotFound:
            return []

    async def open(self, profile: Profile, sign_in: SignInOptions | None = None) -> OpenProfile:
        """Open the store as the profile's user; the demo as the sample user if none is named.

        On Docker Hub, as the user who signs in. Raises `NotSignedIn` if there is no user, `NotFound` if there
        is no file, `Refused` if a demo's file has other organizations, and any error of the file and of Hub.
        """
        if profile.kind is StoreKind.HUB:
            return await self._open_hub(profile, sign_in or SignInOptions())
        user = profile.user or _demo_user(profile)
        if user is None:
            raise NotSignedIn(f"The profile {profile.name} names no user.")
        file = self._file(profile, create=profile.kind is StoreKind.DEMO)
        try:
            await self._fill_demo(file, profile)
            await file.open()
        except BaseException:
            await file.close()
            raise
        return self._open_local(profile, file, user)

    async def create(self, profile: Profile, first: FirstOrganization) -> OpenProfile:
        """Create the profile's file with its first organization, and open it as that organization's owner.

        Raises `Refused` if the file already has organizations, `InvalidInput` for an invalid name.
        """
        if profile.kind is not StoreKind.LOCAL:
            raise Refused(f"No organization can be created in the profile {profile.name}.")
        check_first(first.organization, first.owner)
        file = self._file(profile, create=True)
        try:
            admin = LocalAdmin(file, first.owner)
            await _require_empty(admin, profile)
            await admin.create_organization(
                first.organization, first.owner, plan=first.plan, origin=Origin.CONSOLE
            )
        except BaseException:
            await file.close()
            raise
        return self._open_local(profile, file, first.owner)

    @asynccontextmanager
    async def opened_file(self, profile: Profile, *, create: bool = False) -> AsyncIterator[LocalFile]:
        """The profile's local file, closed at the end; the demo's is created and filled first.

        The first call to another profile's file raises `NotFound` if it does not exist and `create` is false.
        Raises `InvalidInput` if the profile names no file, `Refused` if the demo's file has other data.
        """
        file = self._file(profile, create=create or profile.kind is StoreKind.DEMO)
        try:
            await self._fill_demo(file, profile)
            yield file
        finally:
            await file.close()

    def close(self) -> None:
        """Remove the temporary demos; calling it twice is fine."""
        _remove(self._folders)

    async def credentials(self, profile: Profile) -> Credentials | None:
        """The credentials for a Hub profile found without asking; `NotSignedIn` if they are unusable."""
        from iam_tui.stores.hub import find_credentials  # noqa: PLC0415 (httpx, for Hub profiles alone)

        return await find_credentials(_origin(profile), self._environment)

    async def look_up(self, profile: Profile, namespaces: Iterable[str]) -> LookedUp:
        """Look up badges for a profile without signing in, even if the rules allow none for its store."""
        async with self.opened_file(profile) as file:
            return await self._lookup(profile, file).look_up(namespaces)

    def _lookup(self, profile: Profile, file: LocalFile) -> BadgeLookup:
        url = profile.where if profile.kind is StoreKind.HUB else HUB_API
        return BadgeLookup(file, url, days=self._lookups.days)

    async def _open_hub(self, profile: Profile, sign_in: SignInOptions) -> OpenProfile:
        from iam_tui.stores.hub import HubStore, Retry  # noqa: PLC0415 (httpx, for Hub profiles alone)

        origin = _origin(profile)
        credentials = sign_in.credentials or await self.credentials(profile)
        if credentials is None:
            raise NotSignedIn(
                f"No user name and token were found for {origin}.", advice=_how_to_sign_in(origin)
            )
        file = self._file(profile, create=True)
        store = await HubStore.open(
            origin,
            credentials,
            file,
            second_factor=sign_in.second_factor,
            retry=Retry(self._clock, on_wait=sign_in.waiting),
        )
        memory = LocalMemory(file, profile.name, store.user, str(origin))
        signed_in = replace(profile, user=store.user)
        return OpenProfile(signed_in, store, memory, self._lookup(profile, file))

    def _open_local(self, profile: Profile, file: LocalFile, user: str) -> OpenProfile:
        memory = LocalMemory(file, _memory_name(profile), user)
        # A lookup sends typed names to Docker Hub, so a local store looks up only if the settings say so.
        allowed = profile.kind is StoreKind.LOCAL and self._lookups.local
        lookup = self._lookup(profile, file) if allowed else None
        return OpenProfile(replace(profile, user=user), LocalStore(file, user), memory, lookup)

    def _file(self, profile: Profile, *, create: bool) -> LocalFile:
        path = profile.path or (self._temporary(profile) if profile.kind is StoreKind.DEMO else None)
        if path is None:
            raise InvalidInput(f"The profile {profile.name} names no file.")
        return open_file(path, self._clock, create=create)

    def _temporary(self, profile: Profile) -> Path:
        if profile.name not in self._folders:
            self._folders[profile.name] = Path(tempfile.mkdtemp(prefix="iam-tui-"))
        return self._folders[profile.name] / _DEMO_FILE

    async def _fill_demo(self, file: LocalFile, profile: Profile) -> None:
        if profile.kind is StoreKind.DEMO:
            from iam_tui.stores.demo.fill import fill_demo  # noqa: PLC0415 (sample data, for the demo alone)

            await fill_demo(file, self._clock, profile=_memory_name(profile))


def _demo_user(profile: Profile) -> str | None:
    if profile.kind is not StoreKind.DEMO:
        return None
    from iam_tui.stores.demo.fill import DEMO_USER  # noqa: PLC0415 (sample data, for the demo alone)

    return DEMO_USER


def _origin(profile: Profile) -> "ApiOrigin":
    from iam_tui.stores.hub import DOCKER_HUB, ApiOrigin  # noqa: PLC0415 (httpx, for Hub profiles alone)

    return DOCKER_HUB if profile.api is None else ApiOrigin.parse(profile.api)


def _how_to_sign_in(origin: "ApiOrigin") -> str:
    from iam_tui.stores.hub import DOCKER_HUB  # noqa: PLC0415 (httpx, for Hub profiles alone)

    if origin == DOCKER_HUB:
        return "Set IAM_TUI_USERNAME and IAM_TUI_TOKEN, or use `docker login`."
    return f"Set IAM_TUI_API={origin}, IAM_TUI_USERNAME and IAM_TUI_TOKEN."


async def _require_empty(admin: LocalAdmin, profile: Profile) -> None:
    if await admin.people():
        raise Refused(f"{profile.where} already has organizations.", advice="Open it instead.")


def _memory_name(profile: Profile) -> str:
    """The profile name that memory is kept under; a demo's file may later be opened by its path."""
    return OWN_PROFILE if profile.kind is StoreKind.DEMO else profile.name


def _remove(folders: dict[str, Path]) -> None:
    for folder in folders.values():
        shutil.rmtree(folder, ignore_errors=True)
    folders.clear()
