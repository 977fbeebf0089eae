namespace AmViz.Deployment.Tests.Tools;

/// <summary>Committed files that are what the code makes; with AMVIZ_UPDATE_SNAPSHOTS=1 they are written anew.</summary>
internal static class Snapshots
{
    private const string Variable = "AMVIZ_UPDATE_SNAPSHOTS";

    /// <summary>Holds a file of the checkout to a text.</summary>
    public static void Hold(string text, params string[] path)
    {
        var file = RepositoryTree.At(path);
        if (Environment.GetEnvironmentVariable(Variable) is "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            return;
        }

        var kept = File.Exists(file) ? File.ReadAllText(file) : "";
        if (kept == text)
        {
            return;
        }

        Assert.Fail(
            $"{string.Join('/', path)} is not what is made now, first at line {FirstDifference(kept, text)}. Where the change is meant: {Variable}=1 bash tests/run.sh AmViz.Deployment.Tests, then look at git diff.");
    }

    private static string FirstDifference(string kept, string made)
    {
        var (before, now) = (kept.Split('\n'), made.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(before.Length, now.Length)).First(index => before.ElementAtOrDefault(index) != now.ElementAtOrDefault(index));
        return $"{line + 1}: '{before.ElementAtOrDefault(line)}' is kept, '{now.ElementAtOrDefault(line)}' made";
    }
}
