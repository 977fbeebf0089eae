using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Photographs;

/// <summary>What a layer's page shows of the photographs of a pass; as JSON part of the page's data.</summary>
/// <param name="Pass">Which pass.</param>
/// <param name="Count">Photographs that the network was shown.</param>
/// <param name="Names">Name of each photograph that is shown, and its label; what follows names them by their place here.</param>
/// <param name="Channels">By the number of the channel.</param>
internal sealed record LayerPhotographs(string Pass, long Count, IReadOnlyList<PhotographName> Names, IReadOnlyDictionary<int, ChannelPhotographs> Channels)
{
    /// <summary>Puts two tables of a pass together.</summary>
    /// <param name="pass">Which pass.</param>
    /// <param name="channels">The channels that are on the page.</param>
    /// <param name="rows">The table of channels.</param>
    /// <param name="examples">The table of photographs.</param>
    public static LayerPhotographs Of(ResponseSummary pass, ChannelSet channels, IReadOnlyList<StoredChannel> rows, IReadOnlyList<StoredExample> examples)
    {
        var wanted = channels.Enumerate().ToHashSet();
        var (names, places) = (new List<PhotographName>(), new Dictionary<string, int>(StringComparer.Ordinal));
        int Place(StoredExample example)
        {
            if (!places.TryGetValue(example.Photograph, out var place))
            {
                places[example.Photograph] = place = names.Count;
                names.Add(new(example.Name, example.Label));
            }

            return place;
        }

        var shown = examples.Where(example => wanted.Contains(example.Channel)).ToLookup(example => (example.Channel, example.Kind));
        ShownPhotographs Shown(int channel, ExampleKind kind)
        {
            StoredExample[] some = [.. shown[(channel, kind)].OrderBy(example => example.Rank)];
            return new([.. some.Select(Place)], [.. some.Select(example => example.Response)], [.. some.Select(example => example.Crop is { } crop ? CropName.Of(crop) : null)]);
        }

        var found = rows.Where(row => wanted.Contains(row.Channel)).ToDictionary(
            row => row.Channel,
            row => new ChannelPhotographs(row.Quantile99, row.BestLabel, row.BestArea, Shown(row.Channel, ExampleKind.Top), Shown(row.Channel, ExampleKind.Bottom)));
        return new(pass.Pass, pass.Photographs, names, found);
    }
}

/// <summary>A photograph by its name.</summary>
/// <param name="Name">Path below the folder, or as the list has it.</param>
/// <param name="Label">Its label; null for none.</param>
internal sealed record PhotographName(string Name, string? Label);

/// <summary>The photographs of a channel.</summary>
/// <param name="Quantile99">99 of 100 photographs respond less; null if no response is finite.</param>
/// <param name="BestLabel">The label that the channel tells best from the others; null without labels.</param>
/// <param name="BestArea">Area under its ROC curve.</param>
/// <param name="Top">Those that excite it most, the strongest first.</param>
/// <param name="Bottom">Those that excite it least, the weakest first.</param>
internal sealed record ChannelPhotographs(float? Quantile99, string? BestLabel, double? BestArea, ShownPhotographs Top, ShownPhotographs Bottom);

/// <summary>Some photographs, side by side: columns, because a page has thousands of them.</summary>
/// <param name="Photographs">Places in <see cref="LayerPhotographs.Names"/>.</param>
/// <param name="Responses">Their responses.</param>
/// <param name="Crops">Names of their crops, see <see cref="CropName"/>; null where none was made.</param>
internal sealed record ShownPhotographs(IReadOnlyList<int> Photographs, IReadOnlyList<float> Responses, IReadOnlyList<string?> Crops);
