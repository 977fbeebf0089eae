using System.Globalization;
using AmViz.Cli.Options;
using AmViz.Cli.Terminal;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using Spectre.Console;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz classify</c>: what a network says of a picture.</summary>
internal sealed class ClassifyCommand : AmVizCommand
{
    private const int DefaultTop = 5;

    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly ComputeOptions _device;
    private readonly Argument<string[]> _files = new("file") { Description = $"{PictureFormats.Names} files.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<string[]> _images = new("--image", "--images", "-i")
    {
        Description = "The same, for those who like to name what they give.",
        HelpName = "FILE..",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _top = NumberOption.Whole("--top", "5", $"How many classes. Default: {DefaultTop}.");

    public ClassifyCommand(CommandContext context)
        : base("classify", "Say what a network sees in pictures.", "amviz classify picture.png", "amviz classify --weights DIR a.jpg b.webp --top 3 --json")
    {
        _context = context;
        _network = new(context.Settings);
        _device = new(context.Settings);
        Add(_files);
        Add(_images);
        _network.AddWithStoreTo(this);
        Add(_top);
        _device.AddTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var count = result.GetValue(_top) ?? DefaultTop;
        if (count < 1)
        {
            throw new UsageException($"--top: {count} is out of range. Expected at least 1.");
        }

        var source = await _context.NetworksOf(_network.Store(result)).OpenAsync(_network.Select(result), cancellationToken);
        string[] files = [.. result.GetValue(_files) ?? [], .. result.GetValue(_images) ?? []];
        var pictures = Load(files, source.Description);
        _context.Screen.WriteNotes(pictures.SelectMany(picture => picture.Notes));
        var seen = _context.Engine.Classify(source, [.. pictures.Select(picture => picture.Picture)], count, _device.Read(result));
        Classification[] all = [.. files.Zip(pictures, seen).Select(one => new Classification(source.Description.Name, one.First, one.Second.FrameCount, one.Third))];
        Write(all, result.GetValue(SharedOptions.Json));
        return ExitCode.Done;
    }

    private void Write(Classification[] all, bool json)
    {
        if (json)
        {
            _context.Screen.WriteJson<object>(all is [var one] ? one : all);
            return;
        }

        var table = Tables.Plain("picture", "class", "label", "logit", "probability");
        foreach (var classification in all)
        {
            foreach (var (rank, score) in classification.Top.Index())
            {
                table.AddTextRow(
                    rank == 0 ? Path.GetFileName(classification.Image) : "", $"{score.Index}", score.Label, score.Logit.ToString("0.00", CultureInfo.InvariantCulture),
                    score.Probability.ToString("0.0 %", CultureInfo.InvariantCulture));
            }
        }

        _context.Screen.Results.Write(table);
    }

    /// <summary>Every picture; those that cannot be read are all named in one error.</summary>
    private static LoadedPicture[] Load(string[] files, NetworkDescription network)
    {
        if (files.Length == 0)
        {
            throw new UsageException("No picture is named. Write its file behind the command or after --image.");
        }

        var problems = new List<string>();
        LoadedPicture[] pictures = [.. files.Select(file => TryLoad(file, network, problems)).OfType<LoadedPicture>()];
        return problems.Count == 0 ? pictures : throw new UsageException(problems);
    }

    private static LoadedPicture? TryLoad(string path, NetworkDescription network, List<string> problems)
    {
        try
        {
            return NetworkInput.Read(path, network);
        }
        catch (ImagingException exception)
        {
            problems.Add($"--image: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"--image: {exception.Message} Expected a {PictureFormats.Names} file.");
        }

        return null;
    }
}

/// <summary>What <c>amviz classify --json</c> prints of one picture; of several it prints a list of them, in their order. Of several frames or pages the first is seen.</summary>
internal sealed record Classification(string Model, string Image, int Frames, IReadOnlyList<ClassScore> Top);
