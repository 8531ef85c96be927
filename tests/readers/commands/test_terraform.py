from aicheck.readers.commands.terraform import read_terraform_commands
from tests.readers.commands.shown import show

MAIN = """\
resource "null_resource" "x" {
  provisioner "local-exec" {
    command    = "rm -rf ${var.x} x"
    when       = destroy
    on_failure = continue
  }
  provisioner "local-exec" {
    command     = "import os"
    interpreter = ["python3", "-c"]
  }
  provisioner "local-exec" {
    command = "make \\"é\\""
  }
}
resource "aws_instance" "web" {
  tags      = { command = "rm -rf /" }
  user_data = base64encode(<<-EOF
    #!/bin/bash
    rm -rf ${var.d}/é x
  EOF
  )
  metadata = {
    startup-script = <<EOF
#! /bin/sh
make y
EOF
  }
  provisioner "remote-exec" {
    inline = [
      "if ls a; then",
      "rm b",
      "fi",
    ]
  }
}
"""


def test_provisioners_and_scripts() -> None:
    found = show(read_terraform_commands("main.tf", MAIN.encode()))
    assert found == [
        "3:19 rm -rf ${var.x} x | null_resource.x provisioner local-exec | deploy | masked | if when = destroy",
        "12:15 make é | null_resource.x provisioner local-exec | deploy",
        "19:5 rm -rf ${var.d}/é x | aws_instance.web user_data | start-up",
        "25:1 make y | aws_instance.web startup-script | start-up",
        "30:11 ls a | aws_instance.web provisioner remote-exec | deploy | by ssh",
        "31:8 rm b | aws_instance.web provisioner remote-exec | deploy | if ls a | by ssh",
    ]


def test_user_data_of_another_kind() -> None:
    text = b'resource "a" "b" {\n  user_data = <<EOF\n#cloud-config\nruncmd: [rm -rf /]\nEOF\n}\n'
    assert read_terraform_commands("main.tf", text) == ()


def test_hooks_of_wrappers() -> None:
    text = b'terraform {\n  before_hook "x" {\n    commands = ["apply"]\n    execute = ["make", "y"]\n  }\n}\n'
    assert show(read_terraform_commands("terragrunt.hcl", text)) == ["4:5 make y | before_hook x | deploy"]


def test_a_file_without_scripts_is_not_parsed() -> None:
    assert read_terraform_commands("main.tf", b"resource {{{") == ()
