using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Pods;

/// <summary>Runs one pod: places it, starts its containers in their order, ends them, and tells how it is.</summary>
internal sealed class PodRun : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    private readonly PodServices _services;
    private readonly JsonObject _pod;
    private readonly PodFolders _folders;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ContainerRun> _init = [];
    private readonly List<ContainerRun> _main = [];
    private DateTimeOffset _killAt = DateTimeOffset.MaxValue;
    private IPAddress? _address;
    private bool _initialized;
    private string? _reason;

    public PodRun(PodServices services, JsonObject pod)
    {
        (_services, _pod, _folders) = (services, pod, new(services, pod));
        Completion = Task.Run(RunAsync);
    }

    /// <summary>Ends when all has ended.</summary>
    public Task Completion { get; }

    public string Uid => _pod.Uid();

    /// <summary>Seconds that it may take to end.</summary>
    public int GraceSeconds => _pod.Number("spec", "terminationGracePeriodSeconds") ?? 30;

    /// <summary>Whether it is a Redis and nothing else.</summary>
    public bool IsRedis => _pod.Items("spec", "containers").All(container => container.Text("name") == "redis");

    /// <summary>A container by name; without one the first.</summary>
    public ContainerRun? Find(string? container)
    {
        lock (_gate)
        {
            return container is null ? _main.FirstOrDefault() ?? _init.FirstOrDefault() : _main.Concat(_init).FirstOrDefault(run => run.Name == container);
        }
    }

    /// <summary>Asks all to end; what has not ended after some seconds is killed.</summary>
    public void Stop(int graceSeconds)
    {
        lock (_gate)
        {
            var end = _services.Objects.Time.AddSeconds(graceSeconds);
            _killAt = end < _killAt ? end : _killAt;
        }

        // Not on this thread: whoever waits goes on in the middle of what the caller does.
        _ = _stop.CancelAsync();
    }

    /// <summary>Removes what lasted as long as the pod.</summary>
    public void Remove() => _folders.Remove();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private TimeSpan Grace()
    {
        lock (_gate)
        {
            var left = _killAt - _services.Objects.Time;
            return _killAt == DateTimeOffset.MaxValue ? TimeSpan.FromSeconds(GraceSeconds) : left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            if (await PlaceAsync())
            {
                using var deadline = Deadline();
                await RunContainersAsync();
            }
        }
        finally
        {
            Report(over: true);
            if (_address is { } address)
            {
                _services.Addresses.GiveBack(address);
            }
        }
    }

    private Timer? Deadline() => _pod.Number("spec", "activeDeadlineSeconds") is not { } seconds ? null : new(
        _ =>
        {
            _reason = "DeadlineExceeded";
            Stop(0);
        },
        null,
        TimeSpan.FromSeconds(seconds),
        Timeout.InfiniteTimeSpan);

    // Waits until the pod can be started; false: it was told to end before.
    private async Task<bool> PlaceAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Placement.Check(_pod);
                foreach (var container in _pod.Items("spec", "initContainers").Concat(_pod.Items("spec", "containers")))
                {
                    _ = _services.Images.Find(container.Text("image") ?? "", out var problem) ?? throw new NotYetException("ErrImagePull", problem);
                }

                _folders.Prepare();
                _address = _services.Addresses.TakeForPod();
                _services.Objects.Tell(_pod, "Scheduled", $"Assigned {_pod.Space()}/{_pod.Name()} to {PodServices.NodeName} as {_address}");
                Create();
                return true;
            }
            catch (NotYetException e)
            {
                _services.Objects.Tell(_pod, e.Reason, e.Message, warning: true);
                Waits(e);
                await Task.WhenAny(Task.Delay(Retry, _stop.Token));
            }
        }

        return false;
    }

    private void Create()
    {
        var restart = _pod.Text("spec", "restartPolicy") ?? "Always";
        lock (_gate)
        {
            _init.AddRange(_pod.Items("spec", "initContainers").Select(container => Run(container, container.Text("restartPolicy") ?? (restart == "Always" ? "OnFailure" : restart))));
            _main.AddRange(_pod.Items("spec", "containers").Select(container => Run(container, restart)));
        }

        Report();
    }

    private ContainerRun Run(JsonObject container, string restart) => new(_services, _pod, (JsonObject)container.DeepClone(), _address!, _folders, restart, () => Report());

    private async Task RunContainersAsync()
    {
        using var beside = new CancellationTokenSource();
        var sidecars = new List<Task>();
        try
        {
            foreach (var container in _init)
            {
                if (container.Container.Text("restartPolicy") == "Always")
                {
                    sidecars.Add(container.RunAsync(Grace, beside.Token));
                    await Task.WhenAny(container.Settled, Task.Delay(Timeout.Infinite, _stop.Token));
                }
                else
                {
                    await container.RunAsync(Grace, _stop.Token);
                }

                if (_stop.IsCancellationRequested || (container.State.IsOver && container.State.ExitCode != 0))
                {
                    return;
                }
            }

            _initialized = true;
            Report();
            await Task.WhenAll(_main.Select(container => container.RunAsync(Grace, _stop.Token)));
        }
        finally
        {
            // Those beside the others end after them.
            await beside.CancelAsync();
            await Task.WhenAll(sidecars);
        }
    }

    private void Waits(NotYetException why)
    {
        var scheduled = why.Reason != "FailedScheduling";
        _services.Objects.UpdateStatus(Kinds.Pods, _pod, status =>
        {
            status["phase"] = "Pending";
            status.SetCondition("PodScheduled", scheduled, scheduled ? "" : "Unschedulable", _services.Objects.Now, scheduled ? "" : why.Message);
            if (scheduled)
            {
                var state = new ContainerState { Waiting = why.Reason == "FailedMount" ? "ContainerCreating" : why.Reason, Message = why.Message };
                status["containerStatuses"] = new JsonArray([.. _pod.Items("spec", "containers").Select(container => (JsonNode)state.Written(container))]);
            }
        });
    }

    private void Report(bool over = false)
    {
        lock (_gate)
        {
            var (init, main) = (_init.ToArray(), _main.ToArray());
            var sidecars = init.Where(run => run.Container.Text("restartPolicy") == "Always");
            var ready = _initialized && main.Concat(sidecars).All(run => run.State.Ready);
            var now = _services.Objects.Now;
            _services.Objects.UpdateStatus(Kinds.Pods, _pod, status =>
            {
                status["phase"] = over ? End(init, main) : _initialized ? "Running" : "Pending";
                if (_reason is not null)
                {
                    status["reason"] = _reason;
                }

                if (_address is not null)
                {
                    (status["podIP"], status["hostIP"]) = (_address.ToString(), _services.Addresses.Node.ToString());
                    status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = _address.ToString() });
                    status["startTime"] ??= now;
                    status.SetCondition("PodScheduled", holds: true, "", now);
                }

                status.SetCondition("Initialized", _initialized, _initialized ? "" : "ContainersNotInitialized", now);
                status.SetCondition("ContainersReady", ready, ready ? "" : over ? "PodCompleted" : "ContainersNotReady", now);
                status.SetCondition("Ready", ready, ready ? "" : over ? "PodCompleted" : "ContainersNotReady", now);
                status["containerStatuses"] = new JsonArray([.. main.Select(run => (JsonNode)run.State.Written(run.Container))]);
                if (init.Length > 0)
                {
                    status["initContainerStatuses"] = new JsonArray([.. init.Select(run => (JsonNode)run.State.Written(run.Container))]);
                }
            });
            if (_address is not null)
            {
                _services.Objects.Update(Kinds.Pods, _pod, pod => pod["spec"]!["nodeName"] = PodServices.NodeName);
            }
        }
    }

    private string End(ContainerRun[] init, ContainerRun[] main)
        => _reason is null && _initialized && main.All(run => run.State.ExitCode == 0) && init.All(run => run.State.ExitCode is 0 or null || run.Container.Text("restartPolicy") == "Always") ? "Succeeded" : "Failed";
}
