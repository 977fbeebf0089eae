namespace AmViz.StandIn;

/// <summary>What has to be on this machine.</summary>
internal static class Prerequisites
{
    /// <summary>Built like this program: <c>artifacts/bin/AmViz.Cli/release/amviz</c> beside <c>artifacts/bin/AmViz.StandIn/release/</c>.</summary>
    public static string BuiltAmViz => InRepository("artifacts", "bin", "AmViz.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "amviz");

    /// <summary>What is missing, and what to do.</summary>
    public static IReadOnlyList<string> Missing(string amviz)
    {
        var missing = new List<string>();
        if (!File.Exists(amviz))
        {
            missing.Add($"There is no amviz at {amviz}, which takes the place of the image. Build it: dotnet build src/AmViz.Cli -c Release; or name one with --amviz.");
        }

        missing.AddRange(new[] { ("redis-server", "redis-server"), ("redis-cli", "redis-tools"), ("setsid", "util-linux") }
            .Where(program => Find(program.Item1) is null)
            .Select(program => $"{program.Item1} is not on the PATH; pods of Redis need it. Run: apt-get install {program.Item2}"));
        return missing;
    }

    /// <summary>Where helm and kubectl are, if they are not on the PATH.</summary>
    public static IEnumerable<string> Hints()
    {
        foreach (var tool in new[] { "helm", "kubectl" }.Where(tool => Find(tool) is null))
        {
            var installed = InRepository(".tools", "k8s-v35", tool, tool);
            yield return File.Exists(installed)
                ? $"export PATH=$PATH:{Path.GetDirectoryName(installed)}"
                : $"# {tool} is not on the PATH. 'bash tests/run.sh AmViz.Deployment.Tests' installs it into .tools/k8s-v35/{tool}.";
        }
    }

    // This program is built into artifacts/bin/AmViz.StandIn/release.
    private static string InRepository(params ReadOnlySpan<string> parts)
        => Path.GetFullPath(Path.Combine(parts), Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..")));

    private static string? Find(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
