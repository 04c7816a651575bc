"""``python -m pipelines``: check, publish and run the pipelines, and see what came of it.

Exit codes: 0 done; 1 the run failed or was canceled, or the check found something; 2 refused,
standard error says why; 3 the time limit was reached and the run canceled; 130 interrupted.
"""

from __future__ import annotations

import typer

from pipelines.commands import checking, looking, publishing

EXIT_CODES = (
    "\b\nExit codes:\n"
    "  0    done\n"
    "  1    the run failed or was canceled, or the check found something\n"
    "  2    refused: standard error says why, and what helps\n"
    "  3    the time limit was reached, and the run was canceled\n"
    "  130  interrupted"
)

app = typer.Typer(
    name="python -m pipelines",
    help="Check, publish and run the pipelines in Azure ML, and see what came of it.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help appears three times as fast
)
app.command(epilog=checking.CHECK_EXAMPLES)(checking.check)
app.command(epilog=publishing.PUBLISH_EXAMPLES)(publishing.publish)
app.command(epilog=publishing.RUN_EXAMPLES)(publishing.run)
app.command(epilog=looking.STATUS_EXAMPLES)(looking.status)
app.command(epilog=looking.WATCH_EXAMPLES)(looking.watch)
app.command(epilog=looking.LOGS_EXAMPLES)(looking.logs)
app.command(epilog=looking.OUTPUT_EXAMPLES)(looking.output)
app.command("list", epilog=looking.LIST_EXAMPLES)(looking.list_runs)
app.command(epilog=looking.CANCEL_EXAMPLES)(looking.cancel)


if __name__ == "__main__":
    app()
