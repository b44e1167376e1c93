"""`--org`: the organization that the console opens at once, or why it cannot."""

from tests.ui.driver import OpenConsole


async def test_the_named_organization_is_opened(console: OpenConsole) -> None:
    async with console("globex") as c:
        assert "Image access" in c.drawn


async def test_a_misspelt_one_is_told_with_similar_names_above_the_list(console: OpenConsole) -> None:
    async with console("globx") as c:
        assert "There is no organization globx" in c.drawn
        assert "Did you mean globex?" in c.drawn
        assert "globex" in c.row_keys("#organizations")
        await c.press("down")
        assert "Did you mean globex?" in c.drawn
        await c.press("r")
        assert "Did you mean globex?" not in c.drawn


async def test_one_that_is_like_no_other_is_told_too(console: OpenConsole) -> None:
    async with console("zzzzzz") as c:
        assert "There is no organization zzzzzz" in c.drawn
        assert "Did you mean" not in c.drawn
