using System.Reflection;
using System.Runtime.InteropServices;
using AmViz.Cli.Options;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz version</c>: what exactly is running.</summary>
internal sealed class VersionCommand : AmVizCommand
{
    private readonly CommandContext _context;

    public VersionCommand(CommandContext context)
        : base("version", "Say which version this is and what it runs on.", "amviz version", "amviz version --json")
    {
        _context = context;
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var facts = VersionFacts.OfThisProcess();
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(facts);
        }
        else
        {
            _context.Screen.Output.WriteLine($"amviz {facts.Version}{(facts.Commit is null ? "" : $" ({facts.Commit})")}");
            _context.Screen.Output.WriteLine($"TorchSharp {facts.TorchSharp}, {facts.Runtime}, {facts.System}");
        }

        return Task.FromResult(ExitCode.Done);
    }
}

/// <summary>What <c>amviz version --json</c> prints.</summary>
/// <param name="Version">Version of AmViz.</param>
/// <param name="Commit">Commit it was built from; null if unknown.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="System">Operating system and processor architecture.</param>
internal sealed record VersionFacts(string Version, string? Commit, string TorchSharp, string Runtime, string System)
{
    /// <summary>Reads them from the assemblies; no native library is loaded.</summary>
    public static VersionFacts OfThisProcess()
    {
        // Semantic version, and after a plus sign the commit.
        var parts = InformationalVersion(typeof(VersionFacts).Assembly).Split('+');
        return new(
            parts[0],
            parts.Length > 1 ? parts[1] : null,
            InformationalVersion(Assembly.Load("TorchSharp")).Split('+')[0],
            RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}");
    }

    private static string InformationalVersion(Assembly assembly)
        => assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
