using System.Reflection;
using ArchUnitNET.Loader;

namespace AmViz.Architecture.Tests;

/// <summary>What was compiled of all projects below <c>src</c>.</summary>
internal static class Assemblies
{
    private const string CommandLine = "AmViz.Cli";

    /// <summary>Types and what they use; read once.</summary>
    public static ArchUnitNET.Domain.Architecture Architecture { get; } =
        new ArchLoader().LoadAssemblies([.. Project.OfSource.Keys.Select(project => Assembly.Load(project == CommandLine ? "amviz" : project))]).Build();
}
