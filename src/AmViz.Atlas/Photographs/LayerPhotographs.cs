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
    /// <summary>Takes out of a layer's tables what its page shows: photographs that excite channels most and least.</summary>
    public static LayerPhotographs Of(PhotographTables tables)
    {
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

        ShownPhotographs Shown(int channel, ExampleKind kind)
        {
            var some = tables.Of(channel, kind);
            return new([.. some.Select(Place)], [.. some.Select(example => example.Response)], [.. some.Select(example => example.Crop is { } crop ? CropName.Of(crop) : null)]);
        }

        var found = tables.Channels.ToDictionary(
            row => row.Key,
            row => new ChannelPhotographs(row.Value.Quantile99, row.Value.BestLabel, row.Value.BestArea, Shown(row.Key, ExampleKind.Top), Shown(row.Key, ExampleKind.Bottom)));
        return new(tables.Pass.Pass, tables.Pass.Photographs, names, found);
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
