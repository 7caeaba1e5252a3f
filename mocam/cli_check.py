"""`mocam check` on the command line."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mocam import logs, pi_report
from mocam.cli_common import fail, settings_of
from mocam.cli_console import OUT
from mocam.cli_repair import repair_folder
from mocam.doctor.examination import configs_of, examine, is_running
from mocam.doctor.finding import Finding, Level
from mocam.settings import Settings
from storage.errors import StorageError
from storage.files import Files

_COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red bold"}


def check(
    env_file: Annotated[Path, typer.Option("--env-file", help="Settings file; the environment wins over it.")] = Path(
        ".env"
    ),
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended. MoCam must be stopped.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Read every clip to its end. MoCam must be stopped.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at everything that MoCam stands on and say what is wrong, each with its remedy; also while it runs."""
    settings = settings_of(env_file)
    if repair:
        repair_folder(settings, deep=deep)
    redactor = logs.set_up("CRITICAL")  # the lines below say it better
    redactor.hide(settings.telegram_bot_token.get_secret_value())
    try:
        findings = asyncio.run(_examined(settings, env_file, redactor, deep=deep, quiet=as_json))
    except StorageError as exc:
        fail(str(exc))
    count = {level: sum(finding.level is level for finding in findings) for level in Level}
    if as_json:
        lines = [asdict(finding) for finding in findings]
        typer.echo(json.dumps({"findings": lines, **{str(level): count[level] for level in Level}}))
    else:
        _close(settings, findings, count)
    raise typer.Exit(1 if count[Level.FAIL] else 0)


async def _examined(
    settings: Settings, env_file: Path, redactor: logs.Redactor, *, deep: bool, quiet: bool
) -> list[Finding]:
    findings = []
    async for raw in examine(settings, env_file, deep=deep):
        finding = Finding(raw.subject, raw.level, redactor.redact(raw.said), redactor.redact(raw.remedy))
        findings.append(finding)
        if not quiet:
            _show(finding)
    return findings


def _show(finding: Finding) -> None:
    OUT.print(f"{finding.level:<5}", style=_COLOURS[finding.level], end="")
    said = finding.said.replace("\n", "\n       ")
    OUT.print(f"{finding.subject}: {said}", markup=False, soft_wrap=True)
    if finding.remedy:
        OUT.print(f"     → {finding.remedy}", markup=False, soft_wrap=True)


def _close(settings: Settings, findings: list[Finding], count: dict[Level, int]) -> None:
    """The sum, and what only a Pi can show."""
    bad = f"{count[Level.FAIL]} fail, {count[Level.WARN]} warn"
    OUT.print("all is well" if count[Level.OK] == len(findings) else bad)
    configs = [config for config in configs_of(settings) if pi_report.is_pi_camera(config)]
    if not configs or is_running(Files(settings.data_dir)):
        return
    for line in pi_report.report(configs):
        OUT.print(line, markup=False, soft_wrap=True)
