using System.Text.RegularExpressions;
using AmViz.TestKit;

namespace AmViz.Architecture.Tests;

/// <summary>The Dockerfile against the solution; that it builds and runs is what tests/image shows.</summary>
public sealed partial class DockerfileTests
{
    /// <summary>Instructions, each on one line, without comments.</summary>
    private static readonly string[] Instructions =
        [.. Continuations().Replace(Comments().Replace(Text("Dockerfile"), ""), " ").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    [Fact]
    public void TheRestoreLayerHoldsEveryProjectOfTheProgramAndNoOther()
    {
        var copied = Instructions.TakeWhile(line => !line.Contains("dotnet restore", StringComparison.Ordinal))
            .Where(line => line.Contains(".csproj", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        var needed = InReachOf("AmViz.Cli").Distinct(StringComparer.Ordinal)
            .Select(name => $"COPY src/{name}/{name}.csproj src/{name}/packages.lock.json src/{name}/")
            .Order(StringComparer.Ordinal);
        Assert.Equal(needed, copied);
    }

    [Fact]
    public void TheRestoreLayerHoldsNoSources()
        => Assert.DoesNotContain("COPY src/ src/", Instructions.TakeWhile(line => !line.Contains("dotnet restore", StringComparison.Ordinal)));

    [Fact]
    public void TheRestoreLayerHoldsEveryFileThatAllProjectsImport()
    {
        var imported = Directory.EnumerateFiles(RepositoryTree.Root, "Directory.*.*s").Append("global.json").Select(Path.GetFileName);
        var copied = Instructions.First(line => line.StartsWith("COPY global.json", StringComparison.Ordinal)).Split(' ');
        Assert.Empty(imported.Except(copied));
    }

    [Fact]
    public void WhatTheDockerfileCopiesIsLetThroughByTheIgnoreFile()
    {
        var let = Text(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToHashSet(StringComparer.Ordinal);
        var sources = Instructions.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1])
            .Select(path => path.Split('/')[0]);
        Assert.Equal(let.Order(StringComparer.Ordinal), sources.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryBaseNamesAVersionAndCanBeGivenByDigest()
    {
        Assert.Equal(["FROM ${SDK_IMAGE} AS build", "FROM ${RUNTIME_IMAGE}"], Instructions.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.All(["ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0", "ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0"], argument => Assert.Contains(argument, Instructions));
    }

    [Fact]
    public void TheRestoreTakesTheLockedPackages()
        => Assert.Contains("--locked-mode", Instructions.Single(line => line.Contains("dotnet restore", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void TheUserIsANumberAndNotRoot()
        => Assert.Equal("USER ${APP_UID}", Instructions.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));

    [Fact]
    public void TheEntryPointGetsSignalsItself()
        => Assert.Contains("ENTRYPOINT [\"amviz\"]", Instructions);

    [Fact]
    public void TheChartsVersionIsTheImagesDefault()
    {
        var version = AppVersion().Match(Text("helm/amviz/Chart.yaml")).Groups["version"].Value;
        Assert.All(
            Instructions.Where(line => line.StartsWith("ARG VERSION", StringComparison.Ordinal)),
            line => Assert.Equal($"ARG VERSION={version}", line));
    }

    private static IEnumerable<string> InReachOf(string project)
        => Project.OfSource[project].References.SelectMany(InReachOf).Prepend(project);

    private static string Text(string path) => File.ReadAllText(RepositoryTree.At(path));

    [GeneratedRegex(@"\\\n\s*", RegexOptions.NonBacktracking)]
    private static partial Regex Continuations();

    [GeneratedRegex("^#.*\n", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Comments();

    [GeneratedRegex("^appVersion: \"(?<version>.+)\"$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex AppVersion();
}
