using System.Text.Json;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Models;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz models probe</c>: try a TorchScript program or an ONNX model in a process of its own and propose a description of it.</summary>
internal sealed class ModelsProbeCommand : AmVizCommand
{
    private const int DefaultSize = 224;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly CommandContext _context;
    private readonly Argument<string> _file = new("file") { Description = "A program that torch.jit.save wrote, or an ONNX model." };
    private readonly Option<int?> _size = NumberOption.Whole("--size", "224", $"Side of the pictures to try. Default: {DefaultSize}, or what the ONNX model was exported for.");
    private readonly Option<int?> _channels = NumberOption.Whole("--channels", "1", "Channels of the pictures to try. Default: 3, or what its first convolution or the ONNX model takes.");
    private readonly Option<bool> _inside = new(InsideOption) { Description = "Try it in this very process, which may not survive.", Hidden = true };

    public ModelsProbeCommand(CommandContext context)
        : base("probe", "Try a TorchScript program or an ONNX model in a process of its own and propose a config.json for it.", "amviz models probe net.pt --size 299", "amviz models probe net.onnx", "amviz models probe digits.pt --size 28 --channels 1")
    {
        _context = context;
        Add(_file);
        Add(_size);
        Add(_channels);
        Add(_inside);
        Add(SharedOptions.Json);
    }

    /// <summary>What makes a process the child.</summary>
    public const string InsideOption = "--inside";

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var path = result.GetRequiredValue(_file);
        var (size, channels) = (result.GetValue(_size), result.GetValue(_channels));
        if (result.GetValue(_inside))
        {
            OpenMpPolicy.WaitPassively();
            _context.Screen.Output.WriteLine(ScriptProbe.Write(Explore(path, size, channels)));
            return Task.FromResult(ExitCode.Done);
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"{path}: there is no such file. Expected a program that torch.jit.save wrote, or an ONNX model.");
        }

        var report = ScriptProbe.Run(path, size ?? (OnnxExplorer.IsOne(path) ? null : DefaultSize), ScriptProbe.TimeLimit, channels);
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(report);
        }
        else
        {
            WriteText(path, report);
        }

        return Task.FromResult(report.Error is null ? ExitCode.Done : ExitCode.Usage);
    }

    private static ProbeReport Explore(string path, int? size, int? channels) => (OnnxExplorer.IsOne(path), size) switch
    {
        (true, _) => OnnxExplorer.Explore(path, size, channels),
        (_, { } side) => ScriptExplorer.Explore(path, side, channels),
        _ => ScriptExplorer.Try(path),
    };

    private void WriteText(string path, ProbeReport report)
    {
        if (report.Error is { } error)
        {
            throw new UsageException(OnnxExplorer.IsOne(path) ? $"{path}: {error}." : $"{path}: {error}. Expected a program that this libtorch can run, saved by torch.jit.save on the CPU.");
        }

        if (report.Config is { } config)
        {
            _context.Screen.Output.WriteLine(JsonSerializer.Serialize(config, Indented));
        }

        foreach (var note in report.Notes)
        {
            _context.Screen.Error.WriteLine($"note: {note}");
        }
    }
}
