"""Whose account a workspace is."""

import pytest

from webapp.storage.workspaces import account_of


@pytest.mark.parametrize("workspace", ["local", "w", "w0123", "w" + "g" * 20, "12345678901"])
def test_a_workspace_is_of_the_hosts_account(workspace: str) -> None:
    assert account_of(workspace, otherwise="000000000000") == "000000000000"


def test_a_name_of_twelve_digits_is_an_account() -> None:
    assert account_of("111122223333", otherwise="000000000000") == "111122223333"


def test_learners_on_a_shared_host_have_accounts_of_their_own() -> None:
    names = [f"w{number:020x}" for number in range(2000)]
    accounts = {account_of(name, otherwise="000000000000") for name in names}
    assert len(accounts) == len(names)
    assert all(len(account) == 12 and account.isdigit() for account in accounts)
    assert account_of(names[7], otherwise="999999999999") in accounts
