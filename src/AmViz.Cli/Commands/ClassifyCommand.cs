using System.CommandLine;
using System.Globalization;
using AmViz.Cli.CommandLine;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Imaging;
using AmViz.Models;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz classify</c>: what a network says of a picture.</summary>
internal sealed class ClassifyCommand : AmVizCommand
{
    private const int DefaultTop = 5;

    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly DeviceOptions _device;
    private readonly Option<string> _image = new("--image", "-i") { Description = "A PNG, JPEG or WebP file.", HelpName = "FILE", Required = true };
    private readonly Option<int?> _top = Words.Number("--top", "5", $"How many classes. Default: {DefaultTop}.");

    public ClassifyCommand(CommandContext context)
        : base("classify", "Say what a network sees in a picture.", "amviz classify --image picture.png", "amviz classify --weights DIR --image photo.jpg --top 3 --json")
    {
        _context = context;
        _network = new(context.Settings);
        _device = new(context.Settings);
        Add(_image);
        _network.AddTo(this);
        Add(_top);
        _device.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var count = result.GetValue(_top) ?? DefaultTop;
        if (count < 1)
        {
            throw new UsageException($"--top: {count} is out of range. Expected at least 1.");
        }

        var source = _network.Open(result);
        var picture = LoadPicture(result.GetRequiredValue(_image));
        var top = _context.Engine.Classify(source, picture, count, _device.Read(result));
        if (result.GetValue(SharedOptions.Json))
        {
            _context.Screen.WriteJson(new Classification(source.Description.Name, top));
            return Task.FromResult(ExitCode.Done);
        }

        var table = Tables.Plain("class", "label", "logit", "probability");
        foreach (var score in top)
        {
            table.AddTextRow(
                $"{score.Index}", score.Label, score.Logit.ToString("0.00", CultureInfo.InvariantCulture),
                score.Probability.ToString("0.0 %", CultureInfo.InvariantCulture));
        }

        _context.Screen.Results.Write(table);
        return Task.FromResult(ExitCode.Done);
    }

    private static Picture LoadPicture(string path)
    {
        try
        {
            return PictureLoader.Load(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--image: {exception.Message} Expected a PNG, JPEG or WebP file.");
        }
    }
}

/// <summary>What <c>amviz classify --json</c> prints.</summary>
internal sealed record Classification(string Model, IReadOnlyList<ClassScore> Top);
