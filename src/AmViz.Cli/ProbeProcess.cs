using System.Reflection;
using AmViz.Cli.Commands;
using AmViz.Models;

namespace AmViz.Cli;

/// <summary>Lets TorchScript programs be tried by another process of this executable.</summary>
internal static class ProbeProcess
{
    /// <summary>Call once, before a network is loaded.</summary>
    public static void Use()
    {
        var host = Environment.ProcessPath!;
        var assembly = Assembly.GetExecutingAssembly();

        // "dotnet amviz.dll" runs in dotnet, "amviz" in itself.
        string[] self = Path.GetFileNameWithoutExtension(host) == assembly.GetName().Name ? [host] : [host, assembly.Location];
        ScriptProbe.Command = [.. self, "models", "probe", ModelsProbeCommand.InsideOption];
    }
}
