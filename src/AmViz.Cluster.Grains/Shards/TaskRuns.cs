namespace AmViz.Cluster.Grains;

/// <summary>Task numbers as runs of consecutive ones, which is what leases are made of: first, count, first, count, and so on, ascending.</summary>
internal static class TaskRuns
{
    /// <summary>The runs of some tasks, given in any order.</summary>
    public static int[] Of(IEnumerable<int> tasks)
    {
        var runs = new List<int>();
        foreach (var task in tasks.Distinct().Order())
        {
            if (runs is [.., var first, var count] && first + count == task)
            {
                runs[^1]++;
            }
            else
            {
                runs.AddRange([task, 1]);
            }
        }

        return [.. runs];
    }

    /// <summary>The tasks of runs, ascending.</summary>
    public static IEnumerable<int> Tasks(int[] runs) => runs.Chunk(2).SelectMany(run => Enumerable.Range(run[0], run[1]));

    /// <summary>Whether they are runs of different tasks below <paramref name="tasks"/>.</summary>
    public static bool AreOf(int[] runs, int tasks)
    {
        var end = 0;
        foreach (var run in runs.Chunk(2))
        {
            if (run is not [var first, var count] || first < end || count <= 0 || count > tasks - first)
            {
                return false;
            }

            end = first + count;
        }

        return true;
    }
}
