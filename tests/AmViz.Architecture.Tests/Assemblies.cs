using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace AmViz.Architecture.Tests;

/// <summary>What was compiled of all projects below <c>src</c>.</summary>
internal static class Assemblies
{
    private const string CommandLine = "AmViz.Cli";
    private const string Program = "amviz";

    /// <summary>Types and what they use; read once.</summary>
    public static ArchUnitNET.Domain.Architecture Architecture { get; } =
        new ArchLoader().LoadAssemblies([.. Project.OfSource.Keys.Select(project => System.Reflection.Assembly.Load(project == CommandLine ? Program : project))]).Build();

    /// <summary>The project that a type was compiled from; null: none.</summary>
    public static string? ProjectOf(IType type)
    {
        // Types of others, such as generic parameters, have none.
        var assembly = type.Assembly?.Name.Split(',')[0];
        return assembly == Program ? CommandLine : assembly;
    }
}
