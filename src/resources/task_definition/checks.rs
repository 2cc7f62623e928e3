//! What is checked of the task definition.

use crate::{
    aws::operations::ecs as op,
    engine::{Check, HARDENING, LAB, Subject},
};

/// In the order in which they are shown.
pub(super) static CHECKS: [Check; 9] = [
    Check {
        id: "task-definition",
        title: "The task definition is registered.",
        depends_on: &["core-stack"],
        why: "It says what a task is: image, processor, memory, roles, ports, logs. A change is a new revision.",
        hint: "register it; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "task-cpu",
        title: "A task has a quarter of a processor.",
        depends_on: &["task-definition"],
        on: Subject::Setting(&op::DESCRIBE_TASK_DEFINITION, "cpu"),
        why: "Fargate bills for what the definition asks for, used or not.",
        hint: "register a revision with `cpu` 256; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "task-memory",
        title: "A task has half a gigabyte of memory.",
        depends_on: &["task-definition", "task-cpu"],
        on: Subject::Setting(&op::DESCRIBE_TASK_DEFINITION, "memory"),
        why: "Only some pairs of processor and memory exist; 256 and 512 is the smallest.",
        hint: "register a revision with `memory` 512; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "task-execution-role",
        title: "ECS starts tasks with the role of the lab.",
        depends_on: &["task-definition", "core-stack"],
        on: Subject::Setting(&op::DESCRIBE_TASK_DEFINITION, "executionRoleArn"),
        why: "With the execution role ECS pulls the image and writes the logs; without it no Fargate task starts.",
        hint: "register a revision with the `EcsServiceRole` of the stack; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "task-role",
        title: "Tasks act with the role of the lab.",
        depends_on: &["task-definition", "core-stack"],
        on: Subject::Setting(&op::DESCRIBE_TASK_DEFINITION, "taskRoleArn"),
        why: "With the task role the backend itself calls DynamoDB; it has no keys.",
        hint: "register a revision with the `ECSTaskRole` of the stack; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "task-port",
        title: "The container listens on port 8080.",
        depends_on: &["task-definition"],
        on: Subject::Setting(&op::DESCRIBE_TASK_DEFINITION, "portMappings"),
        why: "The service registers this port of each task as a target of the load balancer.",
        hint: "register a revision with `containerPort` 8080; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "task-logs",
        title: "The container logs to the log group of the lab.",
        depends_on: &["task-definition", "log-group"],
        on: Subject::Setting(
            &op::DESCRIBE_TASK_DEFINITION,
            "logConfiguration.options awslogs-group",
        ),
        why: "There is no machine to look at: what a task writes is seen in its log group or nowhere.",
        hint: "register a revision with this `awslogs-group`; `mysfits fargate deploy` does it",
        ..LAB
    },
    Check {
        id: "task-read-only",
        title: "The file system of the container is read-only.",
        depends_on: &["task-definition"],
        on: Subject::Setting(&op::DESCRIBE_TASK_DEFINITION, "readonlyRootFilesystem"),
        why: "Who breaks into the backend can then install nothing there.",
        hint: "set `readonlyRootFilesystem`; `mysfits fargate deploy` does it",
        ..HARDENING
    },
    Check {
        id: "task-stop-timeout",
        title: "A task has half a minute to end.",
        depends_on: &["task-definition"],
        on: Subject::Setting(&op::DESCRIBE_TASK_DEFINITION, "stopTimeout"),
        why: "A task that is being replaced finishes its requests first.",
        hint: "set `stopTimeout` to 30; `mysfits fargate deploy` does it",
        ..HARDENING
    },
];
