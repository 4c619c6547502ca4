"""``mapokezi office phrases`` and ``record``: what is said in a language, and its recordings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mapokezi.cli.office import FolderArgument, app
from mapokezi.cli.settings import ConfigOption, load
from mapokezi.errors import MapokeziError

if TYPE_CHECKING:
    from mapokezi.receptionist.spoken import Language

LanguageOption = Annotated[
    str, typer.Option("--language", help="Its code, as in the name of its file of phrases.")
]


@app.command("phrases")
def phrases(
    folder: FolderArgument,
    language: LanguageOption = "sw",
    missing: Annotated[
        bool, typer.Option("--missing", help="Only what is not recorded yet.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """List what an office says in a language: what the language lacks, what is not recorded."""
    from mapokezi.receptionist.phrases import lacking
    from mapokezi.receptionist.pieces import to_record
    from mapokezi.stores.language_packs import pack_folder, recorded_names
    from mapokezi.stores.office_files import read_office

    settings, office = load(config), read_office(folder)
    for section, key in lacking(language):
        print(f"{language}.toml lacks [{section}] {key}: it is said in English")
    wanted = to_record(_recorded_language(language), office)
    have = recorded_names(pack_folder(settings.data_folder, office.id, language), wanted)
    for name, words in wanted.items():
        if not missing or name not in have:
            print(f"{'recorded' if name in have else '       -'}  {name}.wav  {words}")
    print(f"\n{len(have)} of {len(wanted)} recorded. What is not is said in English.")


@app.command("record")
def record(
    folder: FolderArgument,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WAV...]",
            help="WAV files, or folders of them, named as `phrases` lists. With --microphone: "
            "names of sentences to record anew; by default all that are missing.",
        ),
    ] = None,
    language: LanguageOption = "sw",
    microphone: Annotated[
        bool, typer.Option("--microphone", help="Record them here and now, one by one.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Take recorded sentences into an office's language pack: checked, levelled, trimmed."""
    from mapokezi.receptionist.pieces import to_record
    from mapokezi.stores.language_packs import pack_folder, recorded_names
    from mapokezi.stores.office_files import read_office

    settings, office = load(config), read_office(folder)
    spoken = _recorded_language(language)
    pack = pack_folder(settings.data_folder, office.id, language)
    wanted = to_record(spoken, office)
    wrong = 0
    if microphone:
        taken = _at_the_microphone(files or [], wanted, pack)
    else:
        taken, wrong = _from_files([Path(name) for name in files or []], wanted, pack)
    left = len(wanted) - len(recorded_names(pack, wanted))
    print(f"{taken} taken, {wrong} not. Still to be recorded: {left}.")
    print("The line reads them when it starts, or when the office is taken up anew.")
    if wrong or not (taken or microphone):
        raise typer.Exit(1)


def _from_files(files: list[Path], wanted: dict[str, str], pack: Path) -> tuple[int, int]:
    """Take files; give how many were taken, and how many not."""
    if not files:
        raise MapokeziError("nothing to take: give WAV files, or --microphone")
    wrong = taken = 0
    for path in _wav_files(files):
        problem = _take(path, wanted, pack)
        wrong, taken = wrong + bool(problem), taken + (not problem)
        if problem:
            print(f"{path}: {problem}.")
    return taken, wrong


def _at_the_microphone(names: list[str], wanted: dict[str, str], pack: Path) -> int:
    """Record the sentences of these names, or all that are missing; give how many were taken."""
    from mapokezi.cli.at_the_microphone import INSTEAD, MicrophoneTakes, Typed, record_each
    from mapokezi.microphone import SoundDevices
    from mapokezi.stores.language_packs import recorded_names

    names = [name.removesuffix(".wav") for name in names]
    for name in names:
        if name not in wanted:
            raise MapokeziError(f"{name}: {_no_such_sentence(name, wanted)}")
    have = recorded_names(pack, wanted)
    names = names or [name for name in wanted if name not in have]
    if not names:
        raise MapokeziError("all are recorded: name those that are to be recorded anew")
    typed = Typed(sys.stdin)
    takes = MicrophoneTakes(SoundDevices(INSTEAD), typed)
    print("Enter begins a sentence, and ends it, as silence does. s leaves it out, q stops.")
    taken = record_each(wanted, names, pack, takes, typed)
    print()
    return taken


def _recorded_language(code: str) -> Language:
    from mapokezi.receptionist.phrases import phrases_of
    from mapokezi.receptionist.spoken import Language

    phrases_of(code)
    if code == Language.ENGLISH:
        raise MapokeziError("English needs no recordings: this machine's voice speaks it")
    try:
        return Language(code)
    except ValueError:
        raise MapokeziError(f"figures cannot be said in {code!r} yet, so nor recorded") from None


def _wav_files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        found = sorted(path.glob("*.wav")) if path.is_dir() else [path]
        if not found:
            raise MapokeziError(f"{path}: there is no WAV file in it")
        yield from found


def _take(path: Path, wanted: dict[str, str], pack: Path) -> str:
    """Take one file; say what is wrong with it, or nothing."""
    from mapokezi.audio.recorded import RecordingUnfit, made_fit
    from mapokezi.audio.wav import WavError
    from mapokezi.stores.language_packs import keep_recording

    name = path.stem
    if name not in wanted:
        return _no_such_sentence(name, wanted)
    try:
        pcm = made_fit(path.read_bytes(), wanted[name])
        keep_recording(pack, name, wanted[name], pcm)
    except (RecordingUnfit, WavError) as error:
        return str(error)
    except OSError as error:
        return f"cannot be read or kept ({error.strerror})"
    return ""


def _no_such_sentence(name: str, wanted: dict[str, str]) -> str:
    from mapokezi.toml_lines import did_you_mean

    return f"no sentence has this name. {did_you_mean(name, list(wanted)[:2000])}"[:200]


__all__ = ["app", "phrases", "record"]
