"""Accessibility by axe-core, Deque's engine: what it finds wrong with a page, each finding as one line."""

from __future__ import annotations

from playwright.sync_api import Page


def violations(page: Page, source: str) -> list[str]:
    """What the rules of WCAG 2.2 (A, AA) and axe's best practices find on ``page``; ``source`` is axe-core's."""
    # Evaluated by the debugger, which the page's Content-Security-Policy does not bind.
    page.evaluate(source)
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
    )
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
