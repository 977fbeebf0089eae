using System.Runtime.InteropServices;

namespace AmViz.Cluster.Api;

/// <summary>Channels of a sweep that ended without a picture, by what went wrong.</summary>
/// <param name="Outcome">How they ended.</param>
/// <param name="Error">What went wrong; null: nothing is known of it.</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">The first of them, in the order of the plan.</param>
public sealed record FailureGroup(ChannelOutcome Outcome, string? Error, int Count, IReadOnlyList<FailedChannel> Examples);

/// <summary>A channel without a picture.</summary>
/// <param name="Model">Network.</param>
/// <param name="Layer">Layer.</param>
/// <param name="Channel">Channel from 0, or class index.</param>
/// <param name="Seed">Seed.</param>
public sealed record FailedChannel(string Model, string Layer, int Channel, int Seed);

/// <summary>Some of the groups.</summary>
/// <param name="Groups">The largest first.</param>
/// <param name="Next">What to give as <c>after</c> for those that follow; null: these were the last.</param>
public sealed record FailurePage(IReadOnlyList<FailureGroup> Groups, int? Next);

/// <summary>Groups rows by what went wrong.</summary>
internal static class FailureGroups
{
    private const int MostExamples = 10;

    /// <summary>The groups of all rows, the largest first.</summary>
    public static IReadOnlyList<FailureGroup> Of(RowTable table)
    {
        var groups = new Dictionary<(ChannelOutcome Outcome, string Error), (int Count, List<FailedChannel> Examples)>();
        foreach (var (place, row) in table.Ended())
        {
            if (row.Outcome == ChannelOutcome.Rendered)
            {
                continue;
            }

            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, (row.Outcome, row.Error ?? ""), out _);
            group.Count++;
            group.Examples ??= [];
            if (group.Examples.Count < MostExamples)
            {
                var task = table.TaskAt(place);
                group.Examples.Add(new(task.Model, task.Layer, task.Channel, task.Seed));
            }
        }

        return
        [
            .. groups.OrderByDescending(group => group.Value.Count).ThenBy(group => group.Key.Outcome).ThenBy(group => group.Key.Error, StringComparer.Ordinal)
                .Select(group => new FailureGroup(group.Key.Outcome, group.Key.Error.Length == 0 ? null : group.Key.Error, group.Value.Count, group.Value.Examples)),
        ];
    }
}
