namespace AmViz.Models;

/// <summary>Finds what a person probably meant.</summary>
public static class NearestNames
{
    private const int MostOffers = 3;

    // A longer text is no mistyped name, and the distance takes the product of both lengths.
    private const int LongestName = 64;

    /// <summary>Up to three names at the smallest edit distances, nearest first; none farther than half the name.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> names)
    {
        if (name.Length > LongestName)
        {
            return [];
        }

        return
        [
            .. names.Select(candidate => (candidate, distance: Distance(name, candidate)))
                .Where(pair => pair.distance <= Math.Max(2, name.Length / 2))
                .OrderBy(pair => pair.distance)
                .Take(MostOffers)
                .Select(pair => pair.candidate),
        ];
    }

    /// <summary>Levenshtein distance, upper and lower case being the same.</summary>
    public static int Distance(string a, string b)
    {
        int[] above = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = above[0];
            above[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                var replaced = diagonal + (same ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.Min(replaced, Math.Min(above[j], above[j - 1]) + 1);
            }
        }

        return above[b.Length];
    }
}
