# harborapi-driver.py URL USER PASSWORD calls the `harborapi` library, one operation for each line of standard
# input: {"operation": its operationId, "with": {parameter: value}}, in the names of Harbor's description. A body becomes
# the library's model for it; what the library makes of the answer is printed as {"value": …} or
# {"status": …, "message": …}. An answer that the library's own validation refuses has no status.
import asyncio
import json
import sys
import typing
import warnings

from harborapi import HarborAsyncClient
from harborapi.exceptions import StatusError
from pydantic import BaseModel, RootModel

# What the library does not find as it should be, and says only so.
warnings.simplefilter("error", UserWarning)
warnings.simplefilter("ignore", DeprecationWarning)

client = HarborAsyncClient(
    url=f"{sys.argv[1]}/api/v2.0", username=sys.argv[2], secret=sys.argv[3], raw=False, validate=True
)

retention = {"id": "retention_id", "eid": "execution_id", "tid": "task_id"}

# What the library calls an operation, and those parameters that it gives another name.
methods = {
    "getHealth": "health_check",
    "search": ("search", {"q": "query"}),
    "getStatistic": "get_statistics",
    "getConfigurations": "get_config",
    "updateConfigurations": ("update_config", {"configurations": "config"}),
    "listProjects": "get_projects",
    "headProject": "project_exists",
    "createProject": "create_project",
    "getProject": "get_project",
    "updateProject": "update_project",
    "deleteProject": "delete_project",
    "getProjectDeletable": "get_project_deletable",
    "getProjectSummary": "get_project_summary",
    "listArtifactsOfProject": ("get_project_artifacts", {"latest_in_repository": "latest"}),
    "getLogs": "get_project_logs",
    "listProjectMembers": ("get_project_members", {"entityname": "entity_name"}),
    "createProjectMember": ("add_project_member", {"project_member": "member"}),
    "getProjectMember": ("get_project_member", {"mid": "member_id"}),
    "updateProjectMember": ("update_project_member_role", {"mid": "member_id"}),
    "deleteProjectMember": ("remove_project_member", {"mid": "member_id"}),
    "listProjectMetadatas": "get_project_metadata",
    "addProjectMetadatas": "set_project_metadata",
    "getProjectMetadata": ("get_project_metadata_entry", {"meta_name": "metadata_name"}),
    "updateProjectMetadata": ("update_project_metadata_entry", {"meta_name": "metadata_name"}),
    "deleteProjectMetadata": ("delete_project_metadata_entry", {"meta_name": "metadata_name"}),
    "listAllRepositories": "get_repositories",
    "listRepositories": "get_repositories",
    "getRepository": "get_repository",
    "updateRepository": "update_repository",
    "deleteRepository": "delete_repository",
    "listArtifacts": "get_artifacts",
    "CopyArtifact": ("copy_artifact", {"from": "source"}),
    "getArtifact": "get_artifact",
    "deleteArtifact": "delete_artifact",
    "listTags": "get_artifact_tags",
    "createTag": "create_artifact_tag",
    "deleteTag": "delete_artifact_tag",
    "listAccessories": "get_artifact_accessories",
    "getVulnerabilitiesAddition": "get_artifact_vulnerability_reports",
    "addLabel": "add_artifact_label",
    "removeLabel": "delete_artifact_label",
    "listAuditLogs": "get_audit_logs",
    "ListImmuRules": "get_project_immutable_tag_rules",
    "CreateImmuRule": ("create_project_immutable_tag_rule", {"ImmutableRule": "rule"}),
    "UpdateImmuRule": ("update_project_immutable_tag_rule", {"ImmutableRule": "rule"}),
    "DeleteImmuRule": "delete_project_immutable_tag_rule",
    "listUserGroups": "get_usergroups",
    "createUserGroup": "create_usergroup",
    "searchUserGroups": ("search_usergroups", {"groupname": "group_name"}),
    "getUserGroup": "get_usergroup",
    "updateUserGroup": "update_usergroup",
    "deleteUserGroup": "delete_usergroup",
    "getIcon": "get_icon",
    "ListRobot": "get_robots",
    "CreateRobot": "create_robot",
    "GetRobotByID": "get_robot",
    "UpdateRobot": "update_robot",
    "RefreshSec": "refresh_robot_secret",
    "DeleteRobot": "delete_robot",
    "listQuotas": "get_quotas",
    "getQuota": "get_quota",
    "updateQuota": ("update_quota", {"hard": "quota"}),
    "getSystemInfo": "get_system_info",
    "getVolumes": "get_system_volume_info",
    "getCert": "get_system_certificate",
    "getSystemCVEAllowlist": "get_cve_allowlist",
    "putSystemCVEAllowlist": "update_cve_allowlist",
    "getPing": "ping",
    "listUsers": "get_users",
    "createUser": ("create_user", {"userReq": "user"}),
    "getCurrentUserInfo": "get_current_user",
    "searchUsers": "search_users_by_username",
    "getUser": "get_user",
    "updateUserProfile": ("update_user", {"profile": "user"}),
    "deleteUser": "delete_user",
    "setUserSysAdmin": ("set_user_admin", {"sysadmin_flag": "is_admin"}),
    "updateUserPassword": "set_user_password",
    "getCurrentUserPermissions": "get_current_user_permissions",
    "setCliSecret": "set_user_cli_secret",
    "ListLabels": "get_labels",
    "CreateLabel": "create_label",
    "GetLabelByID": "get_label",
    "UpdateLabel": "update_label",
    "DeleteLabel": "delete_label",
    "getPermissions": "get_permissions",
    "getGCHistory": "get_gc_jobs",
    "getGC": "get_gc_job",
    "getGCLog": "get_gc_log",
    "getGCSchedule": "get_gc_schedule",
    "createGCSchedule": "create_gc_schedule",
    "updateGCSchedule": "update_gc_schedule",
    "getPurgeHistory": "get_purge_job_history",
    "getPurgeJob": "get_purge_job",
    "stopPurge": "stop_purge_job",
    "getPurgeJobLog": "get_purge_job_log",
    "getPurgeSchedule": "get_purge_job_schedule",
    "createPurgeSchedule": "create_purge_job_schedule",
    "updatePurgeSchedule": "update_purge_job_schedule",
    "getRentenitionMetadata": "get_retention_metadata",
    "createRetention": "create_retention_policy",
    "getRetention": ("get_retention_policy", retention),
    "updateRetention": ("update_retention_policy", {**retention, "policy": "retention"}),
    "deleteRetention": ("delete_retention_policy", retention),
    "listRetentionExecutions": ("get_retention_executions", retention),
    "triggerRetentionExecution": ("start_retention_execution", retention),
    "listRetentionTasks": ("get_retention_tasks", retention),
    "getRetentionTaskLog": ("get_retention_execution_task_log", retention),
    "ListWebhookPoliciesOfProject": "get_webhook_policies",
    "CreateWebhookPolicyOfProject": "create_webhook_policy",
    "GetWebhookPolicyOfProject": "get_webhook_policy",
    "UpdateWebhookPolicyOfProject": "update_webhook_policy",
    "DeleteWebhookPolicyOfProject": "delete_webhook_policy",
    "LastTrigger": "get_webhook_policy_last_trigger",
    "GetSupportedEventTypes": "get_webhook_supported_events",
    "ListWebhookJobs": "get_webhook_jobs",
}

# Bodies that the library's callers give as plain arguments.
flat = {"setUserSysAdmin", "updateUserPassword", "setCliSecret", "RefreshSec", "triggerRetentionExecution"}


def method_of(operation, given):
    if operation == "getAddition":
        if given.pop("addition") != "build_history":
            raise NotImplementedError("the library reads no other addition than build_history")
        return client.get_artifact_build_history, {}
    if operation == "operateRetentionExecution":
        if given.pop("body") != {"action": "stop"}:
            raise NotImplementedError("the library does nothing but stop a run")
        return client.stop_retention_execution, retention
    known = methods.get(operation)
    if known is None:
        raise NotImplementedError(f"the library has no operation {operation}")
    name, renamed = (known, {}) if isinstance(known, str) else known
    return getattr(client, name), renamed


def argument(kind, value):
    """The value as the library's model, where it wants one."""
    for one in typing.get_args(kind) or (kind,):
        if isinstance(one, type) and issubclass(one, BaseModel) and isinstance(value, dict):
            return one.model_validate(value)
    return value


def plain(value):
    if isinstance(value, BaseModel):
        exclude_unset = not isinstance(value, RootModel)
        return value.model_dump(mode="json", by_alias=True, exclude_unset=exclude_unset)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value.content.decode() if hasattr(value, "content") else value


def flattened(given):
    arguments = {}
    for name, value in given.items():
        arguments.update(value if isinstance(value, dict) else {name: value})
    return arguments


async def call(operation, given):
    if operation in flat:
        given = flattened(given)
    method, renamed = method_of(operation, given)
    hints = typing.get_type_hints(method)
    arguments = {}
    for name, value in given.items():
        own = renamed.get(name, "query" if name == "q" else name)
        arguments[own] = argument(hints.get(own), value)
    value = await method(**arguments)
    if isinstance(value, str) and operation.lower().startswith(("create", "copy", "trigger")):
        return {"location": value}
    return plain(value)


def refusal_of(error):
    response = error.response
    if response is None:
        return {"message": f"{type(error).__name__}: {error}"}
    return {"status": response.status_code, "message": response.text}


async def main():
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        try:
            answer = {"value": await call(asked["operation"], asked["with"])}
        except StatusError as refused:
            answer = refusal_of(refused)
        except Exception as error:
            answer = {"message": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


asyncio.run(main())
