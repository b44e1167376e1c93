"""What a Dockerfile pulls: arguments, stages, copies, mounts; one documented rule a case."""

import pytest

from tests.inventory.dockerfile_rows import Case, shown

CASES = (
    Case("an ARG before FROM has a default", "ARG V=1.2\nFROM a:$V", ("2 FROM a:1.2",)),
    Case(
        "one ARG takes several names, later ones use earlier",
        "ARG A=x B=${A}y \\\n C='z'\nFROM $B:$C",
        ("3 FROM xy:z",),
    ),
    Case("a later ARG of a name counts", "ARG V=1\nARG V=${V}2\nARG V\nFROM a:$V", ("4 FROM a:12",)),
    Case(
        "an ARG's quotes and escapes are taken away",
        "ARG A=\"a b\" I='x/y' J=\\z\nFROM $I:$J",
        ("2 FROM x/y:z",),
    ),
    Case(
        "an ARG after FROM does not reach FROM",
        "FROM a:1\nARG V=2\nFROM b:$V",
        (
            "1 FROM a:1 (not reached)",
            "3 FROM b (doubtful: V is not set before the first FROM, so nothing is filled in; "
            "only the repository is known)",
        ),
    ),
    Case(
        "ENV does not reach FROM",
        "FROM a:1\nENV V=2\nFROM b:c$V",
        ("1 FROM a:1 (not reached)", "3 FROM b:c (doubtful: V is not set, so nothing is filled in)"),
    ),
    Case(
        "BuildKit's own arguments are there",
        "FROM a:${TARGETOS}-$TARGETARCH-${BUILDARCH}$TARGETVARIANT-$TARGETSTAGE",
        ("1 FROM a:linux-amd64-amd64-default",),
    ),
    Case("TARGETSTAGE is the last stage's name", "FROM a:$TARGETSTAGE AS last", ("1 FROM a:last",)),
    Case(
        "without a value all is blank",
        "ARG I\nFROM $I\nFROM b:1",
        ("2 FROM ? I is not set, so nothing is filled in: the image name is empty", "3 FROM b:1"),
    ),
    Case(
        "a blank that leaves no name",
        "ARG R\nFROM $R/team/app:1",
        ("2 FROM ? R is not set, so nothing is filled in; not an image",),
    ),
    Case(
        "a blank that leaves a name is doubtful",
        "ARG W\nFROM a:22-dev${W}",
        ("2 FROM a:22-dev (doubtful: W is not set, so nothing is filled in)",),
    ),
    Case(
        "a blank is inherited",
        "ARG W\nARG T=1$W\nFROM a:$T",
        ("3 FROM a:1 (doubtful: W is not set, so nothing is filled in)",),
    ),
    Case(
        "an ARG that is set to nothing is a blank",
        "ARG W=\nFROM a:1$W",
        ("2 FROM a:1 (doubtful: W is empty, so nothing is filled in)",),
    ),
    Case(
        "a default in the word is doubtful",
        "FROM ${R:-docker.io}/a/b:${V-1}",
        (
            "1 FROM a/b:1 (doubtful: R is not set, so docker.io is filled in; "
            "V is not set, so 1 is filled in)",
        ),
    ),
    Case("a default that is not needed leaves no doubt", "ARG V=1\nFROM a:${V:-2}", ("2 FROM a:1",)),
    Case(
        "a default for an ARG without a value",
        "ARG V\nFROM a:${V:-1}",
        ("2 FROM a:1 (doubtful: V is not set, so 1 is filled in)",),
    ),
    Case(
        "a default for an ARG that is set to nothing",
        "ARG V=\nFROM a:${V:-1}",
        ("2 FROM a:1 (doubtful: V is empty, so 1 is filled in)",),
    ),
    Case(
        "a default is inherited",
        "ARG T=${V:-1}\nFROM a:$T",
        ("2 FROM a:1 (doubtful: V is not set, so 1 is filled in)",),
    ),
    Case(
        "a word only with a variable",
        "ARG V=1\nFROM a:1${V:+-x}${W+-y}",
        ("2 FROM a:1-x (doubtful: W is not set, so nothing is filled in)",),
    ),
    Case(
        "a word asks for a variable",
        "FROM a:${V:?version}",
        ("1 FROM a (doubtful: V is not set: version; only the repository is known)",),
    ),
    Case(
        "a broken ARG spoils what uses it",
        "ARG V=${X\nFROM a:$V\nFROM b:1",
        (
            "2 FROM a (doubtful: ARG V: a } is missing; only the repository is known) (not reached)",
            "3 FROM b:1",
        ),
    ),
    Case(
        "FROM takes patterns",
        "ARG V=1.2.3-x\nFROM a:${V%%-*}\nFROM b:${V#*.}\nFROM c:${V//./_}",
        ("2 FROM a:1.2.3 (not reached)", "3 FROM b:2.3-x (not reached)", "4 FROM c:1_2_3-x"),
    ),
    Case("a stage is no image", "FROM a:1 AS b\nFROM b\nCOPY --from=b x y", ("1 FROM a:1",)),
    Case(
        "a stage's name is in small letters, FROM is exact",
        "FROM a:1 AS Big\nFROM big\nFROM BIG/x",
        ("1 FROM a:1 (not reached)", "3 FROM BIG/x:latest"),
    ),
    Case(
        "a stage hides an image of its name", "FROM alpine AS alpine\nFROM alpine", ("1 FROM alpine:latest",)
    ),
    Case(
        "FROM sees earlier stages only",
        "FROM b\nFROM a:1 AS b\nFROM b",
        ("1 FROM b:latest (not reached)", "2 FROM a:1"),
    ),
    Case(
        "--from is case-blind for stages",
        "FROM a:1 AS b\nFROM c:1\nCOPY --from=B x y",
        ("1 FROM a:1", "2 FROM c:1"),
    ),
    Case(
        "--from takes a stage's number",
        "FROM a:1\nFROM b:1\nFROM c:1\nCOPY --from=1 x y",
        ("1 FROM a:1 (not reached)", "2 FROM b:1", "3 FROM c:1"),
    ),
    Case(
        "--from with a number too high",
        "FROM a:1\nCOPY --from=7 x y",
        ("1 FROM a:1", "2 COPY --from ? there is no stage number 7"),
    ),
    Case("FROM takes no number", "FROM a:1\nFROM 0", ("1 FROM a:1 (not reached)", "2 FROM 0:latest")),
    Case(
        "the last stage of a name counts for --from",
        "FROM a:1 AS x\nFROM b:1 AS x\nFROM scratch\nCOPY --from=x y z",
        ("1 FROM a:1 (not reached)", "2 FROM b:1"),
    ),
    Case("scratch is no pull", "FROM scratch\nCOPY --from=scratch x y", ()),
    Case(
        "scratch is exact",
        "FROM Scratch",
        ("1 FROM ? not an image",),
    ),
    Case(
        "COPY --from names an image",
        "FROM a:1\nCOPY --chown=1 --from=b:1 --link x y",
        ("1 FROM a:1", "2 COPY --from b:1"),
    ),
    Case(
        "flags may be quoted",
        "FROM a:1\nCOPY --from='b:1' x y\nCOPY --from=\"c:1\" x y",
        ("1 FROM a:1", "2 COPY --from b:1", "3 COPY --from c:1"),
    ),
    Case(
        "flags end with the first word that is none",
        "FROM a:1\nCOPY x --from=b:1 y\nCOPY -- --from=c:1 y",
        ("1 FROM a:1",),
    ),
    Case(
        "--from takes no variable",
        "ARG V=1\nFROM a:1\nCOPY --from=b:$V x y",
        ("2 FROM a:1", "3 COPY --from ? --from cannot have variables"),
    ),
    Case(
        "--from needs an equals sign",
        "FROM a:1\nCOPY --from b:1 x y",
        ("1 FROM a:1", "2 COPY --from ? --from takes its value after an equals sign: --from=NAME"),
    ),
    Case(
        "--from is given once",
        "FROM a:1\nCOPY --from=b --from=c x y",
        ("1 FROM a:1", "2 COPY --from ? --from is given twice"),
    ),
    Case("--from= is the build's own folder", "FROM a:1\nCOPY --from= x y", ("1 FROM a:1",)),
    Case(
        "RUN --mount from= names an image",
        "FROM a:1\nRUN --mount=type=bind,from=b:1,target=/x ls",
        ("1 FROM a:1", "2 RUN --mount b:1"),
    ),
    Case(
        "a mount's keys are case-blind, its type may be missing",
        "FROM a:1\nRUN --mount=FROM=b:1,target=/x ls",
        ("1 FROM a:1", "2 RUN --mount b:1"),
    ),
    Case(
        "a cache mount has a from= too",
        "FROM a:1\nRUN --mount=type=cache,target=/x,from=b:1 --mount=type=cache,target=/y ls",
        ("1 FROM a:1", "2 RUN --mount b:1"),
    ),
    Case(
        "a mount from a stage",
        "FROM a:1 AS s\nFROM b:1\nRUN --mount=from=S,target=/x ls",
        ("1 FROM a:1", "2 FROM b:1"),
    ),
    Case(
        "a mount takes no variable",
        "FROM a:1\nRUN --mount=from=$X,target=/x ls",
        ("1 FROM a:1", "2 RUN --mount ? from= cannot have variables"),
    ),
    Case("ADD never names an image", "FROM a:1\nADD --from=b:1 x y\nADD docker.io/c:1 y", ("1 FROM a:1",)),
    Case(
        "ONBUILD waits for a stage that builds on it",
        "FROM a:1\nONBUILD COPY --from=b:1 x y",
        ("1 FROM a:1", "2 ONBUILD COPY --from b:1 (not reached)"),
    ),
    Case(
        "ONBUILD is pulled by a stage that builds on it",
        "FROM a:1 AS s\nONBUILD RUN --mount=from=b:1 ls\nFROM s",
        ("1 FROM a:1", "2 ONBUILD RUN --mount b:1"),
    ),
    Case(
        "ONBUILD reaches no further than one stage",
        "FROM a:1 AS s\nONBUILD COPY --from=b:1 x y\nFROM s AS t\nFROM scratch\nCOPY --from=s x y",
        ("1 FROM a:1", "2 ONBUILD COPY --from b:1 (not reached)"),
    ),
    Case(
        "ONBUILD cannot hold FROM",
        "FROM a:1\nONBUILD FROM b:1",
        ("1 FROM a:1", "2 ONBUILD FROM ? FROM cannot follow ONBUILD"),
    ),
    Case(
        "nothing may come before the first FROM",
        "COPY --from=b:1 x y\nFROM a:1",
        ("1 COPY --from ? it comes before the first FROM", "2 FROM a:1"),
    ),
    Case(
        "what the target does not need is not pulled",
        "FROM a:1 AS x\nCOPY --from=b:1 x y\nFROM c:1",
        ("1 FROM a:1 (not reached)", "2 COPY --from b:1 (not reached)", "3 FROM c:1"),
    ),
    Case(
        "stages are needed through others",
        "FROM a:1 AS x\nFROM x AS y\nFROM c:1 AS z\nRUN --mount=from=y ls\nFROM d:1\nCOPY --from=z x y",
        ("1 FROM a:1", "3 FROM c:1", "5 FROM d:1"),
    ),
    Case("a digest stays", "FROM a:1@sha256:" + "0" * 64, ("1 FROM a:1@sha256:" + "0" * 64,)),
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.rule) for case in CASES])
def test_the_images_are_those_that_the_rule_says(case: Case) -> None:
    assert shown(case.text) == list(case.rows)
