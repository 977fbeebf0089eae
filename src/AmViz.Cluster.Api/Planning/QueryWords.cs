using System.Text.Json;

namespace AmViz.Cluster.Api;

/// <summary>Values of queries, checked.</summary>
internal static class QueryWords
{
    /// <summary>A value of an enumeration, by its name in JSON.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    public static T Read<T>(string name, string text)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()), StringComparer.Ordinal);
        return words.TryGetValue(text, out var found)
            ? found
            : throw new ProblemException(Problem.Malformed($"{name}: '{ErrorWords.Shorten(text)}' is not known. Expected one of {string.Join(", ", words.Keys)}."));
    }

    /// <summary>A number within bounds; null: none was given.</summary>
    /// <exception cref="ProblemException">It is out of them.</exception>
    public static int? Within(string name, int? number, int least, int most)
        => number is null || (number >= least && number <= most)
            ? number
            : throw new ProblemException(Problem.Malformed($"{name}: {number} is out of range. Expected {least} to {most}."));
}
