using System.Text.Json.Nodes;

namespace AmViz.StandIn.Pods;

/// <summary>How a container is, as the status of its pod tells it.</summary>
internal sealed record ContainerState
{
    /// <summary>Why it waits; null: it runs or has ended.</summary>
    public string? Waiting { get; init; } = "PodInitializing";

    public string Message { get; init; } = "";

    public string? StartedAt { get; init; }

    public string? FinishedAt { get; init; }

    /// <summary>Of its last end; null: it runs, or never ran.</summary>
    public int? ExitCode { get; init; }

    public int Restarts { get; init; }

    /// <summary>Whether the startup probe was answered.</summary>
    public bool Started { get; init; }

    public bool Ready { get; init; }

    /// <summary>Its last end before it was started again.</summary>
    public JsonObject? Last { get; init; }

    public bool IsRunning => Waiting is null && FinishedAt is null && StartedAt is not null;

    /// <summary>Ended for good.</summary>
    public bool IsOver => Waiting is null && FinishedAt is not null;

    public JsonObject Terminated => new()
    {
        ["exitCode"] = ExitCode,
        ["reason"] = ExitCode == 0 ? "Completed" : "Error",
        ["startedAt"] = StartedAt,
        ["finishedAt"] = FinishedAt,
    };

    /// <summary>As the API writes it.</summary>
    public JsonObject Written(JsonObject container) => new()
    {
        ["name"] = container["name"]!.DeepClone(),
        ["image"] = container["image"]?.DeepClone(),
        ["imageID"] = "",
        ["ready"] = Ready,
        ["started"] = Started,
        ["restartCount"] = Restarts,
        ["state"] = this switch
        {
            { Waiting: { } reason } => new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = Message } },
            { IsOver: true } => new JsonObject { ["terminated"] = Terminated },
            _ => new JsonObject { ["running"] = new JsonObject { ["startedAt"] = StartedAt } },
        },
        ["lastState"] = Last is null ? new JsonObject() : new JsonObject { ["terminated"] = Last.DeepClone() },
    };
}
