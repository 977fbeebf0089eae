using System.Text.Json.Nodes;
using AmViz.StandIn.Controllers;
using AmViz.StandIn.Objects;

namespace AmViz.StandIn.Pods;

/// <summary>Runs the pods there are, and removes those that ended after they were deleted.</summary>
internal sealed class PodRuntime(PodServices services) : IController, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PodRun> _runs = new(StringComparer.Ordinal);

    // Folders of claims of this cluster; of earlier ones nothing is removed.
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private bool _ending;

    public void Reconcile()
    {
        lock (_gate)
        {
            var pods = services.Objects.All(Kinds.Pods);
            foreach (var pod in pods)
            {
                Attend(pod);
            }

            foreach (var gone in _runs.Values.Where(run => !pods.Any(pod => pod.Uid() == run.Uid)).ToArray())
            {
                gone.Stop(0);
                Forget(gone);
            }

            RemoveClaims();
        }
    }

    /// <summary>The run of a pod; null: there is none.</summary>
    public PodRun? Find(JsonObject pod)
    {
        lock (_gate)
        {
            return _runs.GetValueOrDefault(pod.Uid());
        }
    }

    /// <summary>Ends all pods, each within its own time, devices and coordinators before the Redis that they need.</summary>
    public async ValueTask DisposeAsync()
    {
        PodRun[] runs;
        lock (_gate)
        {
            _ending = true;
            runs = [.. _runs.Values];
        }

        foreach (var group in runs.GroupBy(run => run.IsRedis).OrderBy(group => group.Key))
        {
            foreach (var run in group)
            {
                run.Stop(run.GraceSeconds);
            }

            await Task.WhenAll(group.Select(run => run.Completion));
        }
    }

    private void Attend(JsonObject pod)
    {
        if (!_runs.TryGetValue(pod.Uid(), out var run))
        {
            if (_ending)
            {
                return;
            }

            _runs[pod.Uid()] = run = new(services, pod);
        }

        if (pod.IsLeaving())
        {
            run.Stop(pod.Number("metadata", "deletionGracePeriodSeconds") ?? 0);
            if (run.Completion.IsCompleted && !pod.Words("metadata", "finalizers").Any())
            {
                services.Objects.Remove(Kinds.Pods, pod);
                Forget(run);
            }
        }
    }

    private void Forget(PodRun run)
    {
        if (run.Completion.IsCompleted)
        {
            _runs.Remove(run.Uid);
            run.Remove();
            run.Dispose();
        }
    }

    // What was claimed is removed with its claim.
    private void RemoveClaims()
    {
        var root = Path.Combine(services.Folder, "claims");
        if (!Directory.Exists(root))
        {
            return;
        }

        foreach (var folder in Directory.GetDirectories(root).SelectMany(Directory.GetDirectories))
        {
            var (space, name) = (Path.GetFileName(Path.GetDirectoryName(folder)!), Path.GetFileName(folder));
            var used = services.Objects.All(Kinds.Pods, space).Any(pod => pod.Items("spec", "volumes").Any(volume => volume.Text("persistentVolumeClaim", "claimName") == name));
            if (_known.Contains(folder) && !used && services.Objects.Get(Kinds.Claims, space, name) is null)
            {
                Directory.Delete(folder, recursive: true);
                _known.Remove(folder);
            }
            else if (services.Objects.Get(Kinds.Claims, space, name) is not null)
            {
                _known.Add(folder);
            }
        }
    }
}
