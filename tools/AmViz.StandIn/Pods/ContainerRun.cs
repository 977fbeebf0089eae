using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;
using AmViz.StandIn.Processes;

namespace AmViz.StandIn.Pods;

/// <summary>Runs one container: starts its program, again where the pod says so, and asks how it is.</summary>
internal sealed class ContainerRun
{
    // Kubernetes waits ten seconds and up to five minutes.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly PodServices _services;
    private readonly JsonObject _pod;
    private readonly ContainerCommands _commands;
    private readonly Prober _prober;
    private readonly string _restart;
    private readonly Action _changed;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _logs = new();
    private bool _isPutAside = true;

    public ContainerRun(PodServices services, JsonObject pod, JsonObject container, IPAddress address, PodFolders folders, string restart, Action changed)
    {
        (_services, _pod, Container, _restart, _changed) = (services, pod, container, restart, changed);
        _commands = new(services, pod, folders, address);
        _prober = new(address, pod, command => Exec(command, log: "/dev/null"));
        Log = Path.Combine(folders.Logs, $"{Name}.log");
    }

    public JsonObject Container { get; }

    public string Name => Container.Text("name")!;

    /// <summary>File with what it writes.</summary>
    private string Log { get; }

    /// <summary>File with what it wrote before it was started again.</summary>
    private string PreviousLog => Path.ChangeExtension(Log, ".previous.log");

    public ContainerState State { get; private set; } = new();

    /// <summary>Ends when the container has answered its startup probe, or is over.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Runs until it is over or is stopped.</summary>
    /// <param name="grace">How long it may take to end.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<TimeSpan> grace, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var code = await LiveAsync(grace, stop);
            if (stop.IsCancellationRequested || (code is { } end && (_restart == "Never" || (_restart == "OnFailure" && end == 0))))
            {
                break;
            }

            if (code is not null)
            {
                var pause = FirstPause * Math.Pow(2, Math.Min(10, failures)) / 2;
                failures++;
                _isPutAside = false;
                Set(State with { Waiting = "CrashLoopBackOff", Message = $"back-off restarting failed container {Name}", Last = State.Terminated, Restarts = State.Restarts + 1 });
                await Task.WhenAny(Task.Delay(pause < LongestPause ? pause : LongestPause, stop));
            }
            else
            {
                await Task.WhenAny(Task.Delay(Retry, stop));
            }
        }

        if (!State.IsOver)
        {
            // Stopped before it began, or between two lives.
            Set(State with { Waiting = null, Ready = false, Started = false, StartedAt = State.StartedAt ?? _services.Objects.Now, FinishedAt = _services.Objects.Now, ExitCode = State.ExitCode ?? 137 });
        }

        _settled.TrySetResult();
    }

    /// <summary>Runs a command in the container.</summary>
    /// <exception cref="NotYetException">Something that it needs is gone.</exception>
    public ProcessGroup Exec(IReadOnlyList<string> command, string? log = null) => ProcessGroup.Start(_commands.Run(Container, command), _services.Guardian, log);

    /// <summary>Opens what the container has written; null: nothing yet.</summary>
    /// <param name="previous">What the life before this one wrote; while the container waits to be started again, its last.</param>
    public FileStream? OpenLog(bool previous)
    {
        lock (_logs)
        {
            var file = previous && _isPutAside ? PreviousLog : Log;
            return File.Exists(file) ? new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;
        }
    }

    private void PutAside()
    {
        lock (_logs)
        {
            if (State.Restarts > 0 && File.Exists(Log))
            {
                File.Move(Log, PreviousLog, overwrite: true);
            }

            _isPutAside = true;
        }
    }

    // One life; null: it could not begin.
    private async Task<int?> LiveAsync(Func<TimeSpan> grace, CancellationToken stop)
    {
        ProcessGroup process;
        try
        {
            PutAside();

            process = ProcessGroup.Start(_commands.Start(Container), _services.Guardian, Log);
        }
        catch (Exception e) when (e is NotYetException or Win32Exception)
        {
            var reason = (e as NotYetException)?.Reason ?? "RunContainerError";
            _services.Objects.Tell(_pod, "Failed", $"Error: {e.Message}", warning: true);
            Set(State with { Waiting = reason, Message = e.Message });
            return null;
        }

        using (process)
        {
            _services.Objects.Tell(_pod, "Started", $"Started container {Name} as process {process.Process.Id}");
            Set(State with { Waiting = null, Message = "", StartedAt = _services.Objects.Now, FinishedAt = null, ExitCode = null, Ready = false, Started = false });
            using var life = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var unwell = WatchAsync(life.Token);
            await Task.WhenAny(process.Ended, unwell, Task.Delay(Timeout.Infinite, stop));
            await life.CancelAsync();
            if (!process.Ended.IsCompleted)
            {
                _services.Objects.Tell(_pod, "Killing", $"Stopping container {Name}");
                await process.StopAsync(grace());
            }

            await unwell;
            var code = await process.Ended;
            Set(State with { FinishedAt = _services.Objects.Now, ExitCode = code, Ready = false, Started = false });
            return code;
        }
    }

    // Ends when the container has to be started anew.
    private async Task WatchAsync(CancellationToken life)
    {
        try
        {
            if (Probe("startupProbe") is { } startup)
            {
                await Prober.DelayAsync(startup, life);
                if (await _prober.SettleAsync(startup, life) is { } problem)
                {
                    Unwell("Startup", problem);
                    return;
                }
            }

            Set(State with { Started = true, Ready = Probe("readinessProbe") is null });
            _settled.TrySetResult();
            using var both = CancellationTokenSource.CreateLinkedTokenSource(life);
            var ready = WatchReadinessAsync(both.Token);
            await WatchLivenessAsync(life);
            await both.CancelAsync();
            await ready;
        }
        catch (OperationCanceledException)
        {
            // It ended.
        }
    }

    private async Task WatchLivenessAsync(CancellationToken life)
    {
        if (Probe("livenessProbe") is not { } liveness)
        {
            await Task.Delay(Timeout.Infinite, life);
            return;
        }

        await Prober.DelayAsync(liveness, life);
        while (true)
        {
            if (await _prober.SettleAsync(liveness, life) is { } problem)
            {
                Unwell("Liveness", problem);
                return;
            }

            await Prober.PauseAsync(liveness, life);
        }
    }

    private async Task WatchReadinessAsync(CancellationToken life)
    {
        if (Probe("readinessProbe") is not { } readiness)
        {
            return;
        }

        try
        {
            await Prober.DelayAsync(readiness, life);
            while (true)
            {
                var problem = await _prober.SettleAsync(readiness, life);
                if (problem is not null)
                {
                    _services.Objects.Tell(_pod, "Unhealthy", $"Readiness probe failed: {problem}", warning: true);
                }

                Set(State with { Ready = problem is null });
                await Prober.PauseAsync(readiness, life);
            }
        }
        catch (OperationCanceledException)
        {
            // It ended.
        }
    }

    private JsonObject? Probe(string name) => Container.At(name) as JsonObject;

    private void Unwell(string probe, string problem)
        => _services.Objects.Tell(_pod, "Unhealthy", string.Create(CultureInfo.InvariantCulture, $"{probe} probe failed: {problem}. Container {Name} will be restarted"), warning: true);

    private void Set(ContainerState state)
    {
        if (State != state)
        {
            State = state;
            _changed();
        }
    }
}
