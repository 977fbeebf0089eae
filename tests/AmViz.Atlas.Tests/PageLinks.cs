using System.Text.RegularExpressions;

namespace AmViz.Atlas.Tests;

/// <summary>Finds what a page points to and does not exist.</summary>
internal static partial class PageLinks
{
    public static IReadOnlyList<string> BrokenIn(string folder)
    {
        var broken = new List<string>();
        foreach (var page in Directory.EnumerateFiles(folder, "*.html", SearchOption.AllDirectories))
        {
            var targets = Address().Matches(File.ReadAllText(page)).Select(match => match.Groups["address"].Value)
                .Where(target => !target.StartsWith('#') && !target.StartsWith("data:", StringComparison.Ordinal));
            foreach (var target in targets)
            {
                var path = Uri.UnescapeDataString(target.Split('?', '#')[0]);
                if (!File.Exists(Path.Combine(Path.GetDirectoryName(page)!, path)))
                {
                    broken.Add($"{page}: {target}");
                }
            }
        }

        return broken;
    }

    // In elements, and the pictures in the JSON of a layer page.
    [GeneratedRegex("((href|src)=|\"picture\":)\"(?<address>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Address();
}
