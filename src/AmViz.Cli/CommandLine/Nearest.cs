namespace AmViz.Cli.CommandLine;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Nearest
{
    /// <summary>The candidates closest to <paramref name="text"/>, best first; none that shares too little with it.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="candidates">What would have been right.</param>
    /// <param name="most">Length of the answer at most.</param>
    public static IReadOnlyList<string> To(string text, IEnumerable<string> candidates, int most = 3)
        => [.. candidates
            .Distinct(StringComparer.Ordinal)
            .Select(candidate => (candidate, edits: Edits(text.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.edits <= Math.Max(1, Math.Max(text.Length, pair.candidate.Length) / 3)
                || (text.Length > 2 && pair.candidate.StartsWith(text, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(pair => pair.edits)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(most)
            .Select(pair => pair.candidate)];

    /// <summary>"Did you mean 'a' or 'b'?" with a space before it, or nothing.</summary>
    public static string Question(string text, IEnumerable<string> candidates)
        => To(text, candidates) is { Count: > 0 } near
            ? $" Did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?"
            : "";

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one text into the other (optimal string alignment).</summary>
    internal static int Edits(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                cost[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1,
                        cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
