using AmViz.Atlas;
using AmViz.Cli.Options;

namespace AmViz.Cli.Sheets;

/// <summary>The options that say how sheets look.</summary>
internal sealed class SheetLook
{
    private static readonly SheetOptions Defaults = new();

    private readonly Option<ChannelSet?> _channels = ListOption.Channels("--channel", "--channels", "Channels such as 0-31,40. Default: all that the sweep draws.");
    private readonly Option<int?> _columns = NumberOption.Whole("--columns", "8", $"Pictures a row, 1 to {SheetOptions.MostColumns}. Default: {Defaults.Columns}.");

    private readonly Option<int?> _tile = NumberOption.Whole(
        "--tile", "160", $"Side of a picture in pixels, {SheetOptions.SmallestTile} to {SheetOptions.LargestTile}, for PNG and SVG: smaller ones are enlarged by the smallest whole factor that reaches it, so that they stay sharp. Default: {SheetOptions.DefaultTile}, and larger ones keep their size. In a PDF the columns fill the page.");

    private readonly Option<SheetOrder?> _order = WordOption.Create<SheetOrder>("--sort", "Which picture comes first: that of the lowest channel, or the one with the largest objective. Default: channel.");
    private readonly Option<string[]> _formats = ListOption.Texts("--format", "F[,F..]", "Files to write: png, svg (text as text, pictures inside), pdf (A4 pages). Default: png.");

    /// <summary>Puts the options on a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_channels);
        command.Add(_columns);
        command.Add(_tile);
        command.Add(_order);
        command.Add(_formats);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public SheetOptions Read(ParseResult result) => new()
    {
        Channels = result.GetValue(_channels),
        Columns = InRange("--columns", result.GetValue(_columns) ?? Defaults.Columns, 1, SheetOptions.MostColumns, "pictures a row"),
        Tile = result.GetValue(_tile) is { } tile ? InRange("--tile", tile, SheetOptions.SmallestTile, SheetOptions.LargestTile, "pixels") : null,
        Order = result.GetValue(_order) ?? Defaults.Order,
    };

    /// <summary>Files to write, each once.</summary>
    /// <exception cref="UsageException">One is not known.</exception>
    public IReadOnlyList<SheetFormat> Formats(ParseResult result)
    {
        var words = result.GetValue(_formats)!;
        var known = Enum.GetValues<SheetFormat>().ToDictionary(format => format.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        return words.FirstOrDefault(word => !known.ContainsKey(word)) is { } wrong
            ? throw new UsageException($"'{wrong}' is not a value of --format.{Nearest.Question(wrong, [.. known.Keys])} Expected {string.Join(", ", known.Keys)}.")
            : words.Length == 0 ? [SheetFormat.Png] : [.. words.Select(word => known[word]).Distinct()];
    }

    private static int InRange(string name, int value, int least, int most, string what)
        => value >= least && value <= most ? value : throw new UsageException(FormattableString.Invariant($"{name}: {value} is out of range. Expected {least} to {most} {what}."));
}
