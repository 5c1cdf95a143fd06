"""Schedule expressions in words."""

import pytest

from webapp.pages.boards.schedule_words import in_words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("rate(1 minute)", "every minute"),
        ("rate(5 hours)", "every 5 hours"),
        ("at(2030-01-31T09:00:00)", "once, at 2030-01-31 09:00:00"),
        ("cron(0 9 * * ? *)", "at 09:00 every day"),
        ("cron(30 18 ? * MON-FRI *)", "at 18:30 on Monday to Friday"),
        ("cron(0 10 ? * 2,SAT *)", "at 10:00 on Monday and Saturday"),
        ("cron(0/15 * * * ? *)", "every 15 minutes every day"),
        ("cron(* * * * ? *)", "every minute every day"),
        ("cron(5 * * * ? *)", "at minute 5 of every hour every day"),
        ("cron(0 0/4 * * ? *)", "at minute 0 of every 4 hours every day"),
        ("cron(0 8 1 * ? *)", "at 08:00 on day 1 of the month"),
        ("cron(0 8 L * ? *)", "at 08:00 on the last day of the month"),
        ("cron(0 8 3W * ? *)", "at 08:00 on the weekday nearest to day 3 of the month"),
        ("cron(0 8 ? * MON#1 *)", "at 08:00 on the first Monday of the month"),
        ("cron(0 8 ? * 6L *)", "at 08:00 on the last Friday of the month"),
        (
            "cron(0 8 1 JAN,7 ? 2027-2029)",
            "at 08:00 on day 1 of the month in January and July of 2027 to 2029",
        ),
        (
            "cron(10-20/5 9-17 ? * * *)",
            "at minute every 5th from 10 to 20 of hour 9 to 17 every day",
        ),
        ("<b>no</b>", "<b>no</b>"),
    ],
)
def test_an_expression_says_when_it_runs(expression: str, words: str) -> None:
    assert in_words(expression) == words
