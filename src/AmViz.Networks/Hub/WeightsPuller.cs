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
    /// <param name="sha256">What its weights must hash to beside all else; null if the person does not know.</param>
    /// <exception cref="HubException">It cannot be had, or is not what it should be.</exception>
    public async Task<PullReport> PullAsync(HubNetwork network, bool again, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken, string? sha256 = null)
    {
        var folder = _cache.FolderOf(network.Name);
        var path = Path.Combine(folder, network.Source.FileName);
        var recorded = RecordedSha256(folder);
        if (recorded is not null && sha256 is not null && sha256 != recorded)
        {
            throw new HubException($"{network.Name}: the weights in {folder} have the SHA-256 {recorded}; expected {sha256} (--sha256). To fetch another version, delete that folder first.");
        }

        if (!again && recorded is not null && File.Exists(path) && (await FileHash.OfAsync(path, cancellationToken)).Sha256 == recorded)
        {
            return new(network.Name, folder, network.Source.Address.In(_settings).AbsoluteUri, new FileInfo(path).Length, recorded, "what was recorded when it was fetched", 0, 0, []);
        }

        var warnings = new List<string>();
        await new LabelsPuller(_downloader, _settings) { Checksum = LabelsChecksum }.PullAsync(folder, warnings, progress, cancellationToken);
        return await PullWeightsAsync(network, folder, path, sha256, recorded, warnings, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _downloader.Dispose();

    private async Task<PullReport> PullWeightsAsync(
        HubNetwork network, string folder, string path, string? sha256, string? recorded, List<string> warnings, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var address = network.Source.Address.In(_settings);
        var download = await _downloader.DownloadAsync(address, network.Source.Address.TokenIn(_settings), path, progress, cancellationToken);
        var hash = await FileHash.OfAsync(PartFile.PathOf(path), cancellationToken);
        var compared = Compare(network, download, hash, sha256, recorded, path);
        PartFile.Finish(path);
        await WriteConfigAsync(network, folder, address, download, hash, compared, cancellationToken);
        return new(network.Name, folder, address.AbsoluteUri, download.Bytes, hash.Sha256, compared, download.Bytes - download.ResumedFrom, download.ResumedFrom, warnings);
    }

    private static string Compare(HubNetwork network, Download download, FileHash hash, string? sha256, string? recorded, string path)
    {
        List<Checksum> expected = sha256 is null ? [] : [new(ChecksumKind.Sha256, sha256, "--sha256")];
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
        return network.Source.Checksum is null && recorded is null && sha256 is null
            ? $"{compared}; its publisher prints no checksum, so this first use is trusted and recorded"
            : compared;
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
        await WholeFile.WriteAsync(Path.Combine(folder, WeightsFolder.ConfigFileName), config.ToJsonString(Indented), cancellationToken);
    }

    /// <summary>What the description of a folder says its weights hash to; null where there is none, or it was damaged by hand.</summary>
    internal static string? RecordedSha256(string folder)
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
