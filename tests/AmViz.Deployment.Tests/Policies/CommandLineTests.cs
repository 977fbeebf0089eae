using System.Text.RegularExpressions;
using AmViz.Deployment.Tests.Chart;
using AmViz.Deployment.Tests.Manifests;

namespace AmViz.Deployment.Tests.Policies;

/// <summary>What the chart says to the program is what the program understands.</summary>
/// <remarks>Held against the sources of the command line: the program itself carries half a gigabyte of torch.</remarks>
public sealed partial class CommandLineTests
{
    private static readonly string Sources = string.Join('\n', Directory.EnumerateFiles(RepositoryTree.At("src", "AmViz.Cli"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    public static TheoryData<string> Values => [.. Release.AllValues];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryOptionIsOneOfTheCommandLine(string values)
        => Assert.All(
            (await Release.OfAsync(values)).Containers.Where(container => container.Arguments is ["silo" or "sweep", ..]).SelectMany(container => container.Arguments).Where(argument => argument.StartsWith("--", StringComparison.Ordinal)),
            argument => Assert.Contains($"\"{argument.Split('=')[0]}\"", Sources, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryVariableOfTheProgramIsASettingThatItReads(string values)
    {
        var release = await Release.OfAsync(values);
        var names = release.Containers.SelectMany(container => container.Environment).Select(variable => (string)variable["name"]!)
            .Concat(release.Manifests.Where(manifest => manifest.Kind == "ConfigMap").SelectMany(map => map.Json["data"]!.AsObject().Select(pair => pair.Key)))
            .Where(name => name.StartsWith("AMVIZ__", StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains($"\"{name["AMVIZ__".Length..].Replace("__", ":", StringComparison.Ordinal)}\"", Sources, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task EveryVariableInAnArgumentIsSet(string values)
    {
        var release = await Release.OfAsync(values);
        var shared = release.Manifests.Single(manifest => manifest.Id == "ConfigMap/amviz").Json["data"]!.AsObject().Select(pair => pair.Key).ToArray();
        Assert.All(release.Containers, container => Assert.Empty(
            Variable().Matches(string.Join(' ', container.Arguments)).Select(match => match.Groups["name"].Value)
                .Except([.. container.Environment.Select(variable => (string)variable["name"]!), .. container.Json["envFrom"] is null ? [] : shared], StringComparer.Ordinal)));
    }

    [GeneratedRegex("\\$\\((?<name>\\w+)\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
