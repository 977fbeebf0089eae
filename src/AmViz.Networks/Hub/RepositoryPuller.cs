using System.Text.Json;
using System.Text.Json.Nodes;
using AmViz.Models;
using AmViz.Weights;

namespace AmViz.Networks;

/// <summary>Fetches a repository of the Hugging Face hub whose network is of a family that is known here.</summary>
/// <remarks>
/// The configuration comes first and decides, before hundreds of megabytes do; it tells the commit, of which all further files are taken. Weights are
/// compared with the SHA-256 that the hub announces for each file, with the one that the person gives, and with the one recorded when they were fetched
/// first. Nothing is in its place before the network was opened from what was fetched; <c>config.json</c>, with revision and SHA-256 added, comes last.
/// </remarks>
public sealed class RepositoryPuller : IDisposable
{
    private const string PreprocessorFile = "preprocessor_config.json";
    private const int LongestText = 1 << 20;
    private const int ImageNetClasses = 1000;

    // First what is read without a pickle.
    private static readonly string[] WeightsNames = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly HubSettings _settings;
    private readonly TimeProvider _time;
    private readonly HubCache _cache;
    private readonly Downloader _downloader;

    /// <summary>Prepares; nothing is fetched yet.</summary>
    /// <param name="settings">Where from and where to.</param>
    /// <param name="time">The clock.</param>
    public RepositoryPuller(HubSettings settings, TimeProvider time)
        : this(settings, time, DownloadOptions.Default)
    {
    }

    internal RepositoryPuller(HubSettings settings, TimeProvider time, DownloadOptions options)
    {
        _settings = settings;
        _time = time;
        _cache = new HubCache(settings.CacheFolder);
        _downloader = new Downloader(options, time);
    }

    /// <summary>Fetches a repository, unless it is there whole.</summary>
    /// <param name="repository">Which one.</param>
    /// <param name="sha256">What its weights must hash to; null if the person does not know. Of shards, what <c>sha256sum</c> gives for the list of their digests, the index first.</param>
    /// <param name="again">Fetch it even if it is there, and compare with what was recorded.</param>
    /// <param name="progress">Told how far each file is; null if nobody asks.</param>
    /// <param name="cancellationToken">Stops; the next time goes on from there.</param>
    /// <exception cref="HubException">It cannot be had, is not what it should be, or is of no family known here.</exception>
    public async Task<PullReport> PullAsync(HubRepository repository, string? sha256, bool again, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var folder = _cache.FolderOf(repository.Name);
        var recorded = WeightsPuller.RecordedSha256(folder);
        if (!again && recorded is not null && OpenThere(folder, repository) is { } there && there.Digest == recorded)
        {
            return sha256 is null || sha256 == recorded
                ? new(repository.Name, folder, Page(repository), there.WeightsFiles.Sum(file => new FileInfo(file).Length), recorded, "what was recorded when it was fetched", 0, 0, [])
                : throw new HubException($"{repository.Id}: the weights in {folder} have the SHA-256 {recorded}; expected {sha256} (--sha256). To fetch another version, delete that folder first.");
        }

        var warnings = new List<string>();
        (var texts, var revision) = await PullTextsAsync(repository, folder, warnings, progress, cancellationToken);
        var config = Settle(repository, texts);
        var weights = await PullWeightsAsync(repository, revision, folder, progress, cancellationToken);
        await RequireAnnouncedAsync(repository, weights, folder, cancellationToken);
        var digest = Open(repository, folder, texts, weights[0].Name);
        var compared = Compare(repository, weights, digest, sha256, recorded, folder);
        foreach (var file in weights)
        {
            PartFile.Finish(Path.Combine(folder, file.Name));
        }

        if (config is { ClassCount: ImageNetClasses, Labels: null })
        {
            await new LabelsPuller(_downloader, _settings).PullAsync(folder, warnings, progress, cancellationToken);
        }

        await WriteTextsAsync(repository, revision, folder, texts, digest, compared, cancellationToken);
        var resumed = weights.Sum(file => file.Download.ResumedFrom);
        var bytes = weights.Sum(file => file.Download.Bytes);
        return new(repository.Name, folder, Page(repository), bytes, digest, compared, bytes - resumed, resumed, warnings);
    }

    /// <inheritdoc/>
    public void Dispose() => _downloader.Dispose();

    private string Page(HubRepository repository) => new Uri(_settings.HubHost, repository.Id).AbsoluteUri;

    // Of damaged weights, or of a description that was changed by hand, there is none.
    private static WeightsFolder? OpenThere(string folder, HubRepository repository)
    {
        try
        {
            return WeightsFolder.Open(folder, repository.Name, within: folder);
        }
        catch (WeightsFormatException)
        {
            return null;
        }
    }

    private Task<Download> DownloadAsync(
        HubRepository repository, string revision, string folder, string file, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken, long longest = long.MaxValue)
    {
        var address = repository.File(file, revision);
        return _downloader.DownloadAsync(address.In(_settings), address.TokenIn(_settings), Path.Combine(folder, file), progress, cancellationToken, longest);
    }

    private async Task<(Dictionary<string, byte[]> Texts, string Revision)> PullTextsAsync(
        HubRepository repository, string folder, List<string> warnings, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var revision = repository.Revision;
        foreach (var file in new[] { WeightsFolder.ConfigFileName, PreprocessorFile })
        {
            try
            {
                var download = await DownloadAsync(repository, revision, folder, file, progress, cancellationToken, LongestText);
                texts[file] = await File.ReadAllBytesAsync(PartFile.PathOf(Path.Combine(folder, file)), cancellationToken);
                revision = texts.Count == 1 ? RevisionOf(download, revision, warnings) : revision;
            }
            catch (HubException e) when (e.IsMissing && texts.Count > 0)
            {
                // timm has no file of the preprocessor.
            }
            finally
            {
                PartFile.Discard(Path.Combine(folder, file));
            }
        }

        return (texts, revision);
    }

    private static string RevisionOf(Download download, string asked, List<string> warnings)
    {
        if (download.Revision is { Length: > 0 and <= 64 } commit && commit.All(char.IsAsciiHexDigit))
        {
            return commit;
        }

        warnings.Add($"The server does not tell of which commit the files are; they were asked for at '{asked}' one by one.");
        return asked;
    }

    private static WeightsConfig Settle(HubRepository repository, Dictionary<string, byte[]> texts)
    {
        try
        {
            return WeightsConfig.Read(new MemoryStream(texts[WeightsFolder.ConfigFileName], writable: false), WeightsFolder.ConfigFileName, file => OpenText(texts, file));
        }
        catch (WeightsFormatException e)
        {
            throw new HubException($"{repository.Id}: is no network that is known here, so its weights were not fetched. {e.Message}", e);
        }
    }

    private async Task<List<(string Name, Download Download)>> PullWeightsAsync(
        HubRepository repository, string revision, string folder, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var fetched = new List<(string Name, Download Download)>();
        foreach (var name in WeightsNames)
        {
            var isIndex = name.EndsWith(".index.json", StringComparison.Ordinal);
            try
            {
                fetched.Add((name, await DownloadAsync(repository, revision, folder, name, progress, cancellationToken, isIndex ? ShardList.LongestIndex : long.MaxValue)));
            }
            catch (HubException e) when (e.IsMissing)
            {
                PartFile.Discard(Path.Combine(folder, name));
                continue;
            }

            foreach (var shard in isIndex ? ShardList.Read(PartFile.PathOf(Path.Combine(folder, name)), $"{repository.Id}/{name}") : [])
            {
                fetched.Add((shard, await DownloadAsync(repository, revision, folder, shard, progress, cancellationToken)));
            }

            return fetched;
        }

        throw new HubException($"{repository.Id}: has no weights that are known here; expected one of {string.Join(", ", WeightsNames)}.");
    }

    /// <summary>Opens the network from what was fetched, so that nothing is kept that cannot be used; tells its digest.</summary>
    private static string Open(HubRepository repository, string folder, Dictionary<string, byte[]> texts, string weights)
    {
        Stream? OpenFile(string file)
        {
            var part = PartFile.PathOf(Path.Combine(folder, Path.GetFileName(file)));
            return (Stream?)OpenText(texts, file) ?? (File.Exists(part) ? File.OpenRead(part) : null);
        }

        try
        {
            var opened = WeightsFolder.Open(repository.Name, folder: null, weights, OpenFile);
            return opened.Description.MissingTensor is { } missing
                ? throw new WeightsFormatException($"Tensor '{missing}' is not among its weights.")
                : opened.Digest;
        }
        catch (WeightsFormatException e)
        {
            Discard(folder);
            throw new HubException($"{repository.Id}: its weights are not those of the network that its {WeightsFolder.ConfigFileName} describes; they were thrown away. {e.Message}", e);
        }
    }

    private static string Compare(
        HubRepository repository, List<(string Name, Download Download)> weights, string digest, string? sha256, string? recorded, string folder)
    {
        (string Expected, string Source)[] expected =
        [
            .. sha256 is null ? [] : new[] { (sha256, "--sha256") },
            .. recorded is null ? [] : new[] { (recorded, "what was recorded when it was fetched first") },
        ];
        var other = expected.FirstOrDefault(one => one.Expected != digest);
        if (other.Expected is not null)
        {
            Discard(folder);
            throw new HubException(
                $"{repository.Id}: what was fetched has the SHA-256 {digest}; expected {other.Expected} ({other.Source}). It was thrown away. To accept a new version, delete {folder} first.");
        }

        var announcedAll = weights.TrueForAll(file => file.Download.Announced is not null || file.Name.EndsWith(".index.json", StringComparison.Ordinal));
        return expected.Length > 0 ? $"SHA-256 of {expected[0].Source}"
            : $"{(announcedAll ? "SHA-256 of the server's announcement" : "nothing")}; this first use is trusted and recorded";
    }

    private static async Task RequireAnnouncedAsync(HubRepository repository, List<(string Name, Download Download)> weights, string folder, CancellationToken cancellationToken)
    {
        foreach ((var name, var download) in weights)
        {
            if (download.Announced is { } announced && !(await FileHash.OfAsync(PartFile.PathOf(Path.Combine(folder, name)), cancellationToken)).Matches(announced))
            {
                Discard(folder);
                throw new HubException($"{repository.Id}: what was fetched as {name} is not what the server announced. It was thrown away. Try again; if it stays so, the source or the mirror gives something else.");
            }
        }
    }

    private static void Discard(string folder)
    {
        foreach (var part in Directory.GetFiles(folder, "*.part"))
        {
            PartFile.Discard(part[..^".part".Length]);
        }
    }

    private async Task WriteTextsAsync(
        HubRepository repository, string revision, string folder, Dictionary<string, byte[]> texts, string digest, string compared, CancellationToken cancellationToken)
    {
        if (texts.TryGetValue(PreprocessorFile, out var preprocessor))
        {
            await WholeFile.WriteAsync(Path.Combine(folder, PreprocessorFile), System.Text.Encoding.UTF8.GetString(preprocessor), cancellationToken);
        }

        var config = (JsonObject)JsonNode.Parse(texts[WeightsFolder.ConfigFileName])!;
        config["sha256"] = digest;
        if (File.Exists(Path.Combine(folder, HubCatalogue.LabelsFileName)))
        {
            config["labels"] = HubCatalogue.LabelsFileName;
        }

        var provenance = new JsonObject
        {
            ["source"] = Page(repository),
            ["revision"] = revision,
            ["checkedAgainst"] = compared,
            ["fetched"] = FormattableString.Invariant($"{_time.GetUtcNow():yyyy-MM-dd}"),
        };
        if ((config["pretrained_cfg"] as JsonObject)?["license"] is null)
        {
            provenance["license"] = "not told with the files; see the source";
        }

        config["provenance"] = provenance;
        await WholeFile.WriteAsync(Path.Combine(folder, WeightsFolder.ConfigFileName), config.ToJsonString(Indented), cancellationToken);
    }

    private static MemoryStream? OpenText(Dictionary<string, byte[]> texts, string file)
        => texts.TryGetValue(file, out var text) ? new MemoryStream(text, writable: false) : null;
}
