# Every resource and data source of the provider goharbor/harbor whose feature Berth has. `changed` changes every field
# that can be changed. The same in the words of the replay: every-resource.ts.

terraform {
  required_providers {
    harbor = {
      source = "goharbor/harbor"
    }
  }
}

variable "changed" {
  type    = bool
  default = false
}

locals {
  round = var.changed ? 1 : 0
}

# HARBOR_URL, HARBOR_USERNAME, HARBOR_PASSWORD say where and as whom.
provider "harbor" {}

resource "harbor_config_system" "main" {
  project_creation_restriction = ["adminonly", "everyone"][local.round]
  robot_token_expiration       = [30, 60][local.round]
  token_expiration             = [30, 25][local.round]
  session_timeout              = [60, 90][local.round]
  scanner_skip_update_pulltime = var.changed
  storage_per_project          = [-1, 100][local.round]
  notification_enable          = !var.changed
  banner_message {
    message   = ["Backup on Sunday", "Backup on “Monday”"][local.round]
    type      = ["info", "warning"][local.round]
    closable  = var.changed
    from_date = "11/01/2026"
    to_date   = ["12/31/2026", "01/31/2027"][local.round]
  }
}

resource "harbor_config_security" "main" {
  cve_allowlist = ["CVE-2023-1234", ["CVE-2024-1", "CVE-2024-2"][local.round]]
  expires_at    = [1893456000, 1893542400][local.round]
}

resource "harbor_user" "ada" {
  username  = "ada"
  password  = ["Correct-Horse-8", "Correct-Horse-9"][local.round]
  full_name = ["Ada Lovelace", "Ada King"][local.round]
  email     = ["ada@example.com", "ada@example.org"][local.round]
  admin     = var.changed
}

resource "harbor_group" "builders" {
  group_name = "builders"
  group_type = 3
}

resource "harbor_project" "apps" {
  name                   = "apps"
  public                 = var.changed
  vulnerability_scanning = false
  storage_quota          = [5, 7][local.round]
  cve_allowlist          = ["CVE-2020-1", ["CVE-2020-2", "CVE-2020-3"][local.round]]
  force_destroy          = true
}

resource "harbor_project" "plain" {
  name                   = "plain"
  vulnerability_scanning = false
  cve_allowlist          = [[], ["CVE-2021-1"]][local.round]
}

resource "harbor_project_member_user" "ada" {
  project_id = harbor_project.apps.id
  user_name  = harbor_user.ada.username
  role       = ["developer", "maintainer"][local.round]
}

resource "harbor_project_member_group" "builders" {
  project_id = harbor_project.apps.id
  group_name = harbor_group.builders.group_name
  type       = "oidc"
  role       = ["limitedguest", "projectadmin"][local.round]
}

resource "harbor_robot_account" "ci" {
  name        = "ci"
  level       = "system"
  description = ["Builds", "Builds everything"][local.round]
  duration    = [-1, 30][local.round]
  disable     = var.changed
  secret      = ["Secret-of-ci-1", "Secret-of-ci-2"][local.round]
  permissions {
    kind      = "system"
    namespace = "/"
    access {
      action   = "list"
      resource = "project"
    }
    access {
      action   = ["read", "create"][local.round]
      resource = "label"
    }
  }
  permissions {
    kind      = "project"
    namespace = [harbor_project.apps.name, "*"][local.round]
    access {
      action   = "pull"
      resource = "repository"
    }
    access {
      action   = "push"
      resource = "repository"
    }
    access {
      action   = "delete"
      resource = "repository"
      effect   = "deny"
    }
  }
}

# The server makes its secret.
resource "harbor_robot_account" "deploy" {
  name        = "deploy"
  level       = "project"
  description = ["Deploys", ""][local.round]
  duration    = [30, 10][local.round]
  permissions {
    kind      = "project"
    namespace = harbor_project.apps.name
    access {
      action   = "pull"
      resource = "repository"
    }
    access {
      action   = ["read", "list"][local.round]
      resource = "artifact"
    }
  }
}

resource "harbor_label" "tested" {
  name        = ["tested", "tested-well"][local.round]
  description = ["By one suite", "By two suites"][local.round]
  color       = ["#48960C", "#C92100"][local.round]
}

resource "harbor_label" "released" {
  name       = ["released", "shipped"][local.round]
  color      = ["#FFFFFF", "#000000"][local.round]
  project_id = harbor_project.apps.id
}

resource "harbor_immutable_tag_rule" "releases" {
  project_id    = harbor_project.apps.id
  repo_matching = ["**", "app-*"][local.round]
  tag_matching  = ["v*.*.*", "v*"][local.round]
  disabled      = var.changed
}

resource "harbor_immutable_tag_rule" "others" {
  project_id    = harbor_project.apps.id
  repo_matching = "lib/**"
  tag_excluding = ["dev-*", "test-*"][local.round]
  disabled      = !var.changed
}

resource "harbor_retention_policy" "apps" {
  scope    = harbor_project.apps.id
  schedule = ["Daily", "0 30 2 * * *"][local.round]
  rule {
    disabled             = var.changed
    most_recently_pushed = [5, 10][local.round]
    tag_matching         = ["**", "v*"][local.round]
    repo_matching        = "**"
    untagged_artifacts   = !var.changed
  }
  rule {
    always_retain  = true
    tag_excluding  = ["dev-*", "test-*"][local.round]
    repo_excluding = "lib/**"
  }
}

data "harbor_project" "apps" {
  name       = harbor_project.apps.name
  depends_on = [harbor_project.apps]
}

data "harbor_projects" "ours" {
  name       = "^(apps|plain)$"
  depends_on = [harbor_project.apps, harbor_project.plain]
}

data "harbor_users" "ada" {
  username = harbor_user.ada.username
  email    = harbor_user.ada.email
}

data "harbor_groups" "builders" {
  group_name = harbor_group.builders.group_name
}

data "harbor_robot_accounts" "system" {
  name  = harbor_robot_account.ci.name
  level = "system"
}

data "harbor_robot_accounts" "project" {
  name       = harbor_robot_account.deploy.name
  level      = "project"
  project_id = harbor_project.apps.project_id
}

data "harbor_project_member_users" "apps" {
  project_id = harbor_project.apps.id
  depends_on = [harbor_project_member_user.ada]
}

data "harbor_project_member_groups" "apps" {
  project_id = harbor_project.apps.id
  depends_on = [harbor_project_member_group.builders]
}
