from dataclasses import dataclass

from app.identity.add_staff import AddStaffHandler
from app.identity.ask_for_reset import AskForResetHandler
from app.identity.change_password import ChangePasswordHandler
from app.identity.change_staff import ChangeStaffHandler
from app.identity.close_account import CloseAccountHandler
from app.identity.confirm_email import ConfirmEmailHandler
from app.identity.end_api_key import EndApiKeyHandler
from app.identity.end_grant import EndGrantHandler
from app.identity.end_session import EndSessionHandler
from app.identity.find_api_key import FindApiKeyHandler
from app.identity.find_code import FindCodeHandler
from app.identity.find_platform import FindPlatformHandler
from app.identity.find_refresh_token import FindRefreshTokenHandler
from app.identity.find_session import FindSessionHandler
from app.identity.find_standing import FindStandingHandler
from app.identity.find_verification_keys import FindVerificationKeysHandler
from app.identity.get_client import GetClientHandler
from app.identity.get_staff import GetStaffHandler
from app.identity.grant_code import GrantCodeHandler
from app.identity.grant_to_client import GrantToClientHandler
from app.identity.list_api_keys import ListApiKeysHandler
from app.identity.list_audit import ListAuditHandler
from app.identity.list_clients import ListClientsHandler
from app.identity.list_grants import ListGrantsHandler
from app.identity.list_sessions import ListSessionsHandler
from app.identity.list_staff import ListStaffHandler
from app.identity.make_api_key import MakeApiKeyHandler
from app.identity.note_assertion import NoteAssertionHandler
from app.identity.note_deed import NoteDeedHandler
from app.identity.prove_client import ProveClientHandler
from app.identity.redeem_code import RedeemCodeHandler
from app.identity.refresh_grant import RefreshGrantHandler
from app.identity.register_client import RegisterClientHandler
from app.identity.renew_secret import RenewSecretHandler
from app.identity.reset_password import ResetPasswordHandler
from app.identity.sign_in import SignInHandler
from app.identity.sign_up import SignUpHandler
from app.identity.update_client import UpdateClientHandler


@dataclass(frozen=True)
class IdentityService:
    """The `Identity` contract, kept here in this process: one handler for each call."""

    register_client: RegisterClientHandler
    get_client: GetClientHandler
    list_clients: ListClientsHandler
    find_platform: FindPlatformHandler
    update_client: UpdateClientHandler
    renew_secret: RenewSecretHandler
    prove_client: ProveClientHandler
    note_assertion: NoteAssertionHandler
    grant_code: GrantCodeHandler
    find_code: FindCodeHandler
    redeem_code: RedeemCodeHandler
    grant_to_client: GrantToClientHandler
    find_refresh_token: FindRefreshTokenHandler
    refresh_grant: RefreshGrantHandler
    end_grant: EndGrantHandler
    find_standing: FindStandingHandler
    list_grants: ListGrantsHandler
    find_verification_keys: FindVerificationKeysHandler
    sign_up: SignUpHandler
    confirm_email: ConfirmEmailHandler
    ask_for_reset: AskForResetHandler
    reset_password: ResetPasswordHandler
    change_password: ChangePasswordHandler
    close_account: CloseAccountHandler
    sign_in: SignInHandler
    find_session: FindSessionHandler
    list_sessions: ListSessionsHandler
    end_session: EndSessionHandler
    add_staff: AddStaffHandler
    get_staff: GetStaffHandler
    list_staff: ListStaffHandler
    change_staff: ChangeStaffHandler
    make_api_key: MakeApiKeyHandler
    find_api_key: FindApiKeyHandler
    list_api_keys: ListApiKeysHandler
    end_api_key: EndApiKeyHandler
    note_deed: NoteDeedHandler
    list_audit: ListAuditHandler
