using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Models;

namespace AmViz.Networks;

/// <summary>Fetches the public weights of a network into the cache, checks them, and describes them in a <c>config.json</c>.</summary>
/// <remarks>
/// Weights are compared with the checksum that their publisher prints, else with the SHA-256 that the server announces, and always with what was
/// recorded when they were fetched first. Where the publisher prints none, the first use is trusted, and that is said.
/// </remarks>
public sealed class WeightsPuller : IDisposable
{
    private const int LongestLabels = 1 << 20;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly HubSettings _settings;
    private readonly TimeProvider _time;
    private readonly HubCache _cache;
    private readonly Downloader _downloader;

    /// <summary>Prepares; nothing is fetched yet.</summary>
    /// <param name="settings">Where from and where to.</param>
    /// <param name="time">The clock.</param>
    public WeightsPuller(HubSettings settings, TimeProvider time)
        : this(settings, time, DownloadOptions.Default)
    {
    }

    internal WeightsPuller(HubSettings settings, TimeProvider time, DownloadOptions options)
    {
        _settings = settings;
        _time = time;
        _cache = new HubCache(settings.CacheFolder);
        _downloader = new Downloader(options, time);
    }

    /// <summary>What the class names must hash to.</summary>
    internal Checksum LabelsChecksum { get; init; } = HubCatalogue.LabelsChecksum;

    /// <summary>Fetches a network, unless it is there whole.</summary>
    /// <param name="network">Which one.</param>
    /// <param name="again">Fetch it even if it is there, and compare with what was recorded.</param>
    /// <param name="progress">Told how far each file is; null if nobody asks.</param>
    /// <param name="cancellationToken">Stops; the next time goes on from there.</param>
    /// <exception cref="HubException">It cannot be had, or is not what it should be.</exception>
    public async Task<PullReport> PullAsync(HubNetwork network, bool again, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = _cache.FolderOf(network.Name);
        var path = Path.Combine(folder, network.Source.FileName);
        var recorded = RecordedSha256(folder);
        if (!again && recorded is not null && File.Exists(path) && (await FileHash.OfAsync(path, cancellationToken)).Sha256 == recorded)
        {
            return new(network.Name, folder, network.Source.Address.In(_settings).AbsoluteUri, new FileInfo(path).Length, recorded, "what was recorded when it was fetched", 0, 0, []);
        }

        var warnings = new List<string>();
        await PullLabelsAsync(folder, warnings, progress, cancellationToken);
        return await PullWeightsAsync(network, folder, path, recorded, warnings, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _downloader.Dispose();

    private async Task<PullReport> PullWeightsAsync(
        HubNetwork network, string folder, string path, string? recorded, List<string> warnings, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var address = network.Source.Address.In(_settings);
        var download = await _downloader.DownloadAsync(address, network.Source.Address.TokenIn(_settings), path, progress, cancellationToken);
        var hash = await FileHash.OfAsync(PartFile.PathOf(path), cancellationToken);
        var compared = Compare(network, download, hash, recorded, path);
        PartFile.Finish(path);
        await WriteConfigAsync(network, folder, address, download, hash, compared, cancellationToken);
        return new(network.Name, folder, address.AbsoluteUri, download.Bytes, hash.Sha256, compared, download.Bytes - download.ResumedFrom, download.ResumedFrom, warnings);
    }

    private static string Compare(HubNetwork network, Download download, FileHash hash, string? recorded, string path)
    {
        List<Checksum> expected = [];
        if (network.Source.Checksum is { } published)
        {
            expected.Add(published);
        }

        if (download.Announced is { } announced)
        {
            expected.Add(announced);
        }

        if (recorded is not null)
        {
            expected.Add(new(ChecksumKind.Sha256, recorded, "what was recorded when it was fetched first"));
        }

        if (expected.Find(checksum => !hash.Matches(checksum)) is { } wrong)
        {
            PartFile.Discard(path);
            throw new HubException(
                $"{network.Name}: what was fetched has the {wrong.Kind} {hash.Of(wrong.Kind)}; expected {wrong.Hex} ({wrong.Source}). It was thrown away. "
                + $"Try again; if it stays so, the source or the mirror gives something else. To accept a new version, delete {Path.GetDirectoryName(path)} first.");
        }

        var compared = expected.Count > 0 ? $"{expected[0].Kind} of {expected[0].Source}" : "nothing";
        return network.Source.Checksum is null && recorded is null
            ? $"{compared}; its publisher prints no checksum, so this first use is trusted and recorded"
            : compared;
    }

    private async Task PullLabelsAsync(string folder, List<string> warnings, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, HubCatalogue.LabelsFileName);
        if (File.Exists(path))
        {
            return;
        }

        var index = Path.Combine(folder, "imagenet_class_index.json");
        try
        {
            await _downloader.DownloadAsync(HubCatalogue.LabelsAddress.In(_settings), token: null, index, progress, cancellationToken);
            var hash = await FileHash.OfAsync(PartFile.PathOf(index), cancellationToken);
            var labels = hash.Matches(LabelsChecksum) ? await ReadLabelsAsync(PartFile.PathOf(index), cancellationToken) : null;
            if (labels is null)
            {
                warnings.Add($"The class names at {HubCatalogue.LabelsAddress.In(_settings)} are not those that Keras publishes; classes are called by their index.");
            }
            else
            {
                await WriteAsync(path, JsonSerializer.Serialize(labels, Indented), cancellationToken);
            }
        }
        catch (HubException e)
        {
            // Without labels a network is drawn just as well.
            warnings.Add($"The class names could not be fetched, so classes are called by their index. {e.Message}");
        }

        PartFile.Discard(index);
    }

    // {"0": ["n01440764", "tench"], ...}
    private static async Task<string[]?> ReadLabelsAsync(string path, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).Length > LongestLabels)
        {
            return null;
        }

        var index = JsonSerializer.Deserialize<Dictionary<string, string[]>>(await File.ReadAllTextAsync(path, cancellationToken))!;
        return [.. Enumerable.Range(0, index.Count).Select(number => index[FormattableString.Invariant($"{number}")][1].Replace('_', ' '))];
    }

    private async Task WriteConfigAsync(
        HubNetwork network, string folder, Uri address, Download download, FileHash hash, string compared, CancellationToken cancellationToken)
    {
        var config = network.Source.Config();
        config["labels"] = HubCatalogue.LabelsFileName;
        config["sha256"] = hash.Sha256;
        config["provenance"] = new JsonObject
        {
            ["source"] = address.AbsoluteUri,
            ["license"] = network.Source.License,
            ["title"] = network.Title,
            ["revision"] = download.Revision ?? "not told",
            ["checkedAgainst"] = compared,
            ["fetched"] = FormattableString.Invariant($"{_time.GetUtcNow():yyyy-MM-dd}"),
        };
        await WriteAsync(Path.Combine(folder, WeightsFolder.ConfigFileName), config.ToJsonString(Indented), cancellationToken);
    }

    // In one step, so that whoever finds the file finds all of it.
    private static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync($"{path}.new", text, cancellationToken);
        File.Move($"{path}.new", path, overwrite: true);
    }

    private static string? RecordedSha256(string folder)
    {
        var path = Path.Combine(folder, WeightsFolder.ConfigFileName);
        try
        {
            return File.Exists(path) ? (string?)JsonNode.Parse(File.ReadAllText(path))?["sha256"] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Damaged by hand; then it is fetched anew.
            return null;
        }
    }
}
