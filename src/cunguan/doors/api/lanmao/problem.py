"""Problem of the dialect (懒猫错误码): a refusal by one of the family's fifteen codes, with a text that helps.

Source  domain.md (c.0)
"""

from enum import IntEnum


class Fault(IntEnum):
    """The family's codes."""

    system = 100001  # 系统错误
    malformed = 100002  # 报文格式错误
    signature = 100003  # 验签失败
    platform_unknown = 100004  # 平台不存在
    platform_state = 100005  # 平台状态异常
    service_off = 100006  # 未开通此服务
    not_found = 100007  # 查询对象不存在
    refused = 100008  # 业务受理失败: the text says why
    user_unknown = 100009  # 用户不存在
    account_unusable = 100010  # 账户不可用
    not_permitted = 100011  # 用户无此操作权限
    bank_unsupported = 100012  # 不支持此银行
    duplicate = 100013  # 重复的请求流水号
    insufficient = 100014  # 余额不足
    project_state = 100015  # 标的状态与业务不符


class Refused(Exception):
    """A refusal in the dialect; nothing was changed by the request."""

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(f"{int(fault)} {text}")
        self.fault, self.text = fault, text

    def told(self, request_no: str = "") -> dict[str, object]:
        """Return it as a respData."""
        told: dict[str, object] = {"requestNo": request_no} if request_no else {}
        return {**told, "code": "1", "status": "INIT", "errorCode": str(int(self.fault)), "errorMessage": self.text}
