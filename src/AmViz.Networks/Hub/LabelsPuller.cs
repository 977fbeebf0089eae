using System.Text.Json;

namespace AmViz.Networks;

/// <summary>Fetches the names of the 1000 classes of ImageNet.</summary>
/// <param name="downloader">Fetches files.</param>
/// <param name="settings">Where from.</param>
internal sealed class LabelsPuller(Downloader downloader, HubSettings settings)
{
    private const int LongestLabels = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What they must hash to.</summary>
    public Checksum Checksum { get; init; } = HubCatalogue.LabelsChecksum;

    /// <summary>Puts them into a folder, unless they are there; where they cannot be had, a warning is all, since a network is drawn just as well without.</summary>
    /// <param name="folder">Of the network.</param>
    /// <param name="warnings">Gets what is not as it could be.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task PullAsync(string folder, List<string> warnings, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, HubCatalogue.LabelsFileName);
        if (File.Exists(path))
        {
            return;
        }

        var index = Path.Combine(folder, "imagenet_class_index.json");
        try
        {
            await downloader.DownloadAsync(HubCatalogue.LabelsAddress.In(settings), token: null, index, progress, cancellationToken);
            var hash = await FileHash.OfAsync(PartFile.PathOf(index), cancellationToken);
            var labels = hash.Matches(Checksum) ? await ReadAsync(PartFile.PathOf(index), cancellationToken) : null;
            if (labels is null)
            {
                warnings.Add($"The class names at {HubCatalogue.LabelsAddress.In(settings)} are not those that Keras publishes; classes are called by their index.");
            }
            else
            {
                await WholeFile.WriteAsync(path, JsonSerializer.Serialize(labels, Indented), cancellationToken);
            }
        }
        catch (HubException e)
        {
            warnings.Add($"The class names could not be fetched, so classes are called by their index. {e.Message}");
        }

        PartFile.Discard(index);
    }

    // {"0": ["n01440764", "tench"], ...}
    private static async Task<string[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).Length > LongestLabels)
        {
            return null;
        }

        var index = JsonSerializer.Deserialize<Dictionary<string, string[]>>(await File.ReadAllTextAsync(path, cancellationToken))!;
        return [.. Enumerable.Range(0, index.Count).Select(number => index[FormattableString.Invariant($"{number}")][1].Replace('_', ' '))];
    }
}
