using System.Globalization;
using System.Text;

namespace AmViz.Storage;

/// <summary>The only place that builds paths of results, checkpoints, plans, parts, manifests, access keys and the audit.</summary>
/// <remarks>
/// A picture's address holds all that determines its pixels, so equal work has one address and nothing is ever overwritten:
/// <c>results/{model}@{weights}/{layer}/{recipe}/{channel}-s{seed}.png</c>. What belongs to a sweep lies under <c>sweeps/{sweepId}/</c>.
/// Characters of names that a path cannot take are percent-encoded.
/// </remarks>
public static class ResultLayout
{
    /// <summary>Hexadecimal characters of the weights digest in an address.</summary>
    public const int WeightsLength = 12;

    /// <summary>Beginning of the path of all that belongs to sweeps.</summary>
    public const string Sweeps = "sweeps/";

    /// <summary>Beginning of the path of every picture.</summary>
    public const string Results = "results/";

    /// <summary>Beginning of the path of the markers of sweeps that are live.</summary>
    public const string LiveMarkers = "live/";

    /// <summary>Beginning of the path of the markers of sweeps that are being removed.</summary>
    public const string RemovalMarkers = "removing/";

    /// <summary>Beginning of the path of every checkpoint.</summary>
    public const string AllCheckpoints = "checkpoints/";

    /// <summary>Beginning of the path of all files of networks.</summary>
    public const string Networks = "networks/";

    /// <summary>Beginning of the path of all access keys.</summary>
    public const string AccessKeys = "access/";

    /// <summary>Beginning of the path of the audit: days, and in each the batches of lines that coordinators wrote.</summary>
    public const string Audit = "audit/";

    /// <summary>Beginning of the path of networks that come in parts and are not whole yet.</summary>
    public const string Uploads = "uploads/";

    /// <summary>Beginning of the path of all that belongs to passes of photographs.</summary>
    public const string Responses = "responses/";

    /// <summary>Beginning of the path of every crop of a photograph.</summary>
    public const string Crops = "crops/";

    /// <summary>Beginning of the path of all tables of neighbours of channels.</summary>
    public const string Neighbours = "neighbours/";

    /// <summary>Beginning of the path of every table of scores.</summary>
    public const string ScoreTables = "scores/";

    private const string NeighbourSummaryName = "neighbours.json";

    /// <summary>Beginning of the path of the photographs that recipes name.</summary>
    public const string References = "references/";

    /// <summary>Beginning of the path of all quizzes and answers to them.</summary>
    public const string Quizzes = "quizzes/";

    private const string PictureExtension = ".png";
    private const string ResponseSummaryName = "responses.json";
    private const int ResponseSummaryDepth = 3;

    /// <summary>Where the picture of <paramref name="task"/> lies.</summary>
    /// <param name="task">What is drawn.</param>
    /// <param name="recipeHash"><see cref="RenderRecipe.Hash"/> of the recipe with its size settled.</param>
    public static BlobPath Picture(ChannelTask task, string recipeHash) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{Pictures(task.Model, task.WeightsDigest, task.Layer, recipeHash)}{task.Channel}-s{task.Seed}{PictureExtension}"));

    /// <summary>Beginning of the path of all pictures of a layer and a recipe; ends in '/'.</summary>
    public static string Pictures(string model, string weightsDigest, string layer, string recipeHash)
        => $"{Results}{Layer(model, weightsDigest, layer, recipeHash)}";

    /// <summary>Where it is kept how far the picture of <paramref name="task"/> is.</summary>
    /// <param name="task">What is drawn.</param>
    /// <param name="recipeHash"><see cref="RenderRecipe.Hash"/> of the recipe with its size settled.</param>
    public static BlobPath Checkpoint(ChannelTask task, string recipeHash) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{Checkpoints(task.Model, task.WeightsDigest, task.Layer, recipeHash)}{task.Channel}-s{task.Seed}"));

    /// <summary>Beginning of the path of all checkpoints of a layer and a recipe; ends in '/'.</summary>
    public static string Checkpoints(string model, string weightsDigest, string layer, string recipeHash)
        => $"{AllCheckpoints}{Layer(model, weightsDigest, layer, recipeHash)}";

    /// <summary>Reads the last segment of a picture's path.</summary>
    public static bool TryParsePicture(string name, out int channel, out int seed)
    {
        channel = seed = 0;
        var dash = name.IndexOf("-s", StringComparison.Ordinal);
        return dash > 0
            && name.EndsWith(PictureExtension, StringComparison.Ordinal)
            && TryNumber(name[..dash], out channel)
            && TryNumber(name[(dash + 2)..^PictureExtension.Length], out seed)
            // One number has one spelling: 007-s0.png is nobody's picture.
            && name == string.Create(CultureInfo.InvariantCulture, $"{channel}-s{seed}{PictureExtension}");
    }

    /// <summary>Reads the last segment of a checkpoint's path.</summary>
    public static bool TryParseCheckpoint(string name, out int channel, out int seed) => TryParsePicture(name + PictureExtension, out channel, out seed);

    /// <summary>An access key of the cluster's API; of its secret only a hash.</summary>
    /// <param name="id">Names the key.</param>
    public static BlobPath AccessKey(string id) => new($"{AccessKeys}{Segment(id)}.json");

    /// <summary>Beginning of the path of a day of the audit; ends in '/'.</summary>
    /// <param name="day">As <c>20261129</c>.</param>
    public static string AuditDay(string day) => $"{Audit}{Segment(day)}/";

    /// <summary>A batch of lines of the audit. Names sort by time.</summary>
    /// <param name="day">As <c>20261129</c>.</param>
    /// <param name="name">Time and a suffix that makes it unique.</param>
    public static BlobPath AuditBatch(string day, string name) => new($"{AuditDay(day)}{Segment(name)}.jsonl");

    /// <summary>Marker of an upload that is open.</summary>
    public static BlobPath UploadMarker(string upload) => new($"{Uploads}{Segment(upload)}/open");

    /// <summary>Beginning of the path of all parts of an upload; ends in '/'.</summary>
    public static string UploadFiles(string upload) => $"{Uploads}{Segment(upload)}/files/";

    /// <summary>Beginning of the path of all parts of a file; ends in '/'.</summary>
    /// <param name="upload">Of which upload.</param>
    /// <param name="file">Name of the file; '/' stands between folders.</param>
    public static string UploadFile(string upload, string file) => $"{UploadFiles(upload)}{Segment(file)}/";

    /// <summary>A part of a file. Names sort by place.</summary>
    /// <param name="upload">Of which upload.</param>
    /// <param name="file">Name of the file; '/' stands between folders.</param>
    /// <param name="offset">Its first byte in the file, from 0.</param>
    public static BlobPath UploadPart(string upload, string file, long offset) => new(string.Create(CultureInfo.InvariantCulture, $"{UploadFile(upload, file)}{offset:D19}"));

    /// <summary>What a stored network is made of.</summary>
    /// <param name="weightsDigest">SHA-256 of its weights.</param>
    public static BlobPath Network(string weightsDigest) => new($"{Networks}{Segment(weightsDigest)}/network.json");

    /// <summary>A file of a stored network.</summary>
    /// <param name="weightsDigest">SHA-256 of its weights.</param>
    /// <param name="name">Name of the file; '/' stands between folders.</param>
    public static BlobPath NetworkFile(string weightsDigest, string name)
        => new($"{Networks}{Segment(weightsDigest)}/files/{string.Join('/', name.Split('/').Select(Segment))}");

    /// <summary>Beginning of the path of all that belongs to a pass of photographs; ends in '/'.</summary>
    /// <param name="pass">Id of its plan.</param>
    public static string ResponsePass(string pass) => $"{Responses}{Segment(pass)}/";

    /// <summary>The plan of a pass.</summary>
    public static BlobPath ResponsePlan(string pass) => new($"{ResponsePass(pass)}plan.json");

    /// <summary>The listed photographs of a shard of a pass.</summary>
    public static BlobPath ResponseList(string pass, int shard) => new(string.Create(CultureInfo.InvariantCulture, $"{ResponsePass(pass)}lists/{shard:D7}.json"));

    /// <summary>Where the result of a task lies that draws nothing.</summary>
    /// <param name="work">What the task is of.</param>
    /// <param name="layer">The name that stands in place of a layer's.</param>
    /// <param name="channel">Its number.</param>
    public static BlobPath Computed(IComputedWork work, string layer, int channel) => work switch
    {
        PassWork pass when layer == PassWork.Tables => ResponseSummary(pass.Id, new AmViz.Responses.ShownChoice(pass.Crops, pass.EffectiveFields).Name),
        PassWork pass => ResponseShard(pass.Id, channel),
        ScoreWork scores => Scores(scores.Of(layer)),
        _ => throw new ArgumentOutOfRangeException(nameof(work), $"Nothing is known of {work.GetType().Name}."),
    };

    /// <summary>Whether a blob belongs to a pass, or is a crop, as those that its tables name.</summary>
    public static bool IsOfPass(string pass, BlobPath path)
        => path.Value.StartsWith(ResponsePass(pass), StringComparison.Ordinal) || path.Value.StartsWith(Crops, StringComparison.Ordinal);

    /// <summary>Beginning of the path of the photographs of a pass that are copied; ends in '/'.</summary>
    public static string ResponseCopies(string pass) => $"{ResponsePass(pass)}copies/";

    /// <summary>The copy of a photograph of a pass, as its file is.</summary>
    public static BlobPath ResponseCopy(string pass, long number) => new(string.Create(CultureInfo.InvariantCulture, $"{ResponseCopies(pass)}{number:D9}"));

    /// <summary>Beginning of the path of the statistics of all shards; ends in '/'.</summary>
    public static string ResponseShards(string pass) => $"{ResponsePass(pass)}shards/";

    /// <summary>The statistics of a shard of a pass.</summary>
    public static BlobPath ResponseShard(string pass, int shard) => new(string.Create(CultureInfo.InvariantCulture, $"{ResponseShards(pass)}{shard:D7}"));

    /// <summary>A table of a layer of a pass.</summary>
    /// <param name="pass">Id of its plan.</param>
    /// <param name="shown">Name of what is shown of it.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="table">Which table.</param>
    public static BlobPath ResponseTable(string pass, string shown, string layer, string table) => new($"{ResponsePass(pass)}{Segment(shown)}/{Segment(layer)}/{table}.parquet");

    /// <summary>The photographs of a pass.</summary>
    public static BlobPath ResponsePhotographs(string pass) => new($"{ResponsePass(pass)}photos.parquet");

    /// <summary>What the channels of a layer responded to the sampled photographs of a pass.</summary>
    public static BlobPath ResponseSample(string pass, string layer) => new($"{ResponsePass(pass)}samples/{Segment(layer)}.parquet");

    /// <summary>The table of neighbours of channels.</summary>
    /// <param name="search">Hash of all that determines it.</param>
    public static BlobPath NeighbourTable(string search) => new($"{Neighbours}{Segment(search)}/neighbours.parquet");

    /// <summary>What a search for neighbours came to; written last.</summary>
    /// <param name="search">Hash of all that determines it.</param>
    public static BlobPath NeighbourSummary(string search) => new($"{Neighbours}{Segment(search)}/{NeighbourSummaryName}");

    /// <summary>The search whose <see cref="NeighbourSummary"/> a path is; null for other paths.</summary>
    public static string? SearchOf(BlobPath path)
        => path.Value.Split('/') is [_, var search, NeighbourSummaryName] && path == NeighbourSummary(search) ? search : null;

    /// <summary>How pictures of a layer agree with the photographs of a pass.</summary>
    /// <param name="pass">Id of its plan.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="pictures">Hash of the pictures.</param>
    public static BlobPath Scores(string pass, string layer, string pictures) => new($"{ScoresOf(pass, layer)}{Segment(pictures)}.parquet");

    /// <summary>Beginning of the path of all such tables of a layer and a pass; ends in '/'.</summary>
    /// <param name="pass">Id of its plan.</param>
    /// <param name="layer">Which layer.</param>
    public static string ScoresOf(string pass, string layer) => $"{ScoreTables}{Segment(pass)}/{Segment(layer)}/";

    /// <summary>Where a table of scores lies.</summary>
    public static BlobPath Scores(ScoreTable table) => Scores(table.Pass, table.Layer, table.Name);

    /// <summary>The questions of a quiz and the right answers.</summary>
    /// <param name="quiz">Its id.</param>
    public static BlobPath Quiz(string quiz) => new($"{Quizzes}{Segment(quiz)}/quiz.json");

    /// <summary>Beginning of the path of all answers to a quiz; ends in '/'.</summary>
    /// <param name="quiz">Its id.</param>
    public static string QuizAnswers(string quiz) => $"{Quizzes}{Segment(quiz)}/answers/";

    /// <summary>What a person answered to a quiz.</summary>
    /// <param name="quiz">Its id.</param>
    /// <param name="digest">Hash of the answers.</param>
    public static BlobPath QuizAnswers(string quiz, string digest) => new($"{QuizAnswers(quiz)}{Segment(digest)}.parquet");

    /// <summary>What a pass came to; written last.</summary>
    /// <param name="pass">Id of its plan.</param>
    /// <param name="shown">Name of what is shown of it.</param>
    public static BlobPath ResponseSummary(string pass, string shown) => new($"{ResponsePass(pass)}{Segment(shown)}/{ResponseSummaryName}");

    /// <summary>Whether a path is that of <see cref="ResponseSummary"/>.</summary>
    public static bool IsResponseSummary(BlobPath path)
        => path.Value.StartsWith(Responses, StringComparison.Ordinal) && path.Name == ResponseSummaryName && path.Value.Count(letter => letter == '/') == ResponseSummaryDepth;

    /// <summary>A part of a photograph as a network sees it: of equal photographs, sizes and rectangles there is one.</summary>
    /// <param name="digest">SHA-256 of the photograph.</param>
    /// <param name="size">Side of the picture that the network is given, in pixels.</param>
    /// <param name="box">Left, top, width and height in it.</param>
    public static BlobPath Crop(string digest, int size, (int Left, int Top, int Width, int Height) box) => new(string.Create(
        CultureInfo.InvariantCulture, $"{Crops}{digest[..2]}/{Segment(digest)}/{size}-{box.Left}-{box.Top}-{box.Width}x{box.Height}{PictureExtension}"));

    /// <summary>A photograph that recipes name, as its file is.</summary>
    /// <param name="digest">SHA-256 of the file.</param>
    public static BlobPath Reference(string digest) => new($"{References}{Segment(digest)}");

    /// <summary>Beginning of the path of all that belongs to a sweep; ends in '/'.</summary>
    public static string Sweep(SweepId sweep) => $"{Sweeps}{sweep}/";

    /// <summary>The plan.</summary>
    public static BlobPath Plan(SweepId sweep) => new($"{Sweep(sweep)}sweep.json");

    /// <summary>Header of the manifest.</summary>
    public static BlobPath ManifestHeader(SweepId sweep) => new($"{Sweep(sweep)}manifest.json");

    /// <summary>Rows of the manifest.</summary>
    public static BlobPath Manifest(SweepId sweep) => new($"{Sweep(sweep)}manifest.parquet");

    /// <summary>Rows of the run log.</summary>
    public static BlobPath RunLog(SweepId sweep) => new($"{Sweep(sweep)}runlog.parquet");

    /// <summary>Beginning of the path of all entries of a sweep's journal; ends in '/'.</summary>
    public static string Journal(SweepId sweep) => $"{Sweep(sweep)}journal/";

    /// <summary>An entry of a sweep's journal. Names sort by number.</summary>
    /// <param name="sweep">Whose journal.</param>
    /// <param name="number">From 1.</param>
    public static BlobPath JournalEntry(SweepId sweep, int number)
        => new(string.Create(CultureInfo.InvariantCulture, $"{Journal(sweep)}{number:D6}.json"));

    /// <summary>Marker of a sweep that is live.</summary>
    public static BlobPath LiveMarker(SweepId sweep) => new($"{LiveMarkers}{sweep}");

    /// <summary>Marker of a sweep that is being removed.</summary>
    public static BlobPath RemovalMarker(SweepId sweep) => new($"{RemovalMarkers}{sweep}");

    /// <summary>Beginning of the path of all parts of a shard; ends in '/'.</summary>
    public static string Parts(ShardId shard) => ShardFolder(shard, "parts");

    /// <summary>A part. Names sort by epoch, then by sequence.</summary>
    /// <param name="shard">Whose part.</param>
    /// <param name="epoch">Life of the shard that wrote it, from 0.</param>
    /// <param name="sequence">Number inside the epoch, from 0.</param>
    /// <param name="suffix">Makes the name unique where two writers hold the same epoch.</param>
    public static BlobPath Part(ShardId shard, long epoch, long sequence, string suffix) => new(string.Create(
        CultureInfo.InvariantCulture, $"{Parts(shard)}{epoch:D19}-{sequence:D10}-{suffix}.jsonl"));

    /// <summary>Beginning of the path of all attempts of a shard's tasks that ended without a result; ends in '/'.</summary>
    public static string Attempts(ShardId shard) => ShardFolder(shard, "attempts");

    /// <summary>Some of these attempts. Names sort by epoch, then by sequence.</summary>
    /// <param name="shard">Whose.</param>
    /// <param name="epoch">Activation of the shard that wrote them, from 0.</param>
    /// <param name="sequence">Number inside the epoch, from 0.</param>
    /// <param name="suffix">Makes the name unique where two writers hold the same epoch.</param>
    public static BlobPath Attempts(ShardId shard, long epoch, long sequence, string suffix) => new(string.Create(
        CultureInfo.InvariantCulture, $"{Attempts(shard)}{epoch:D19}-{sequence:D10}-{suffix}.json"));

    private static string ShardFolder(ShardId shard, string kind) => string.Create(
        CultureInfo.InvariantCulture, $"{Sweep(shard.Sweep)}{kind}/{Segment(shard.Model)}/{Segment(shard.Layer)}/{shard.Index}/");

    private static string Layer(string model, string weightsDigest, string layer, string recipeHash)
        => $"{Segment(model)}@{Short(weightsDigest)}/{Segment(layer)}/{recipeHash}/";

    /// <summary>Reads file and place out of the path of a part.</summary>
    internal static bool TryParseUploadPart(BlobPath path, out string file, out long offset)
    {
        (file, offset) = ("", 0);
        if (path.Value.Split('/') is not [_, _, _, var name, var place])
        {
            return false;
        }

        file = Uri.UnescapeDataString(name);
        return long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    /// <summary>Reads epoch and sequence out of the name of a part.</summary>
    internal static bool TryParsePart(string name, out long epoch, out long sequence)
    {
        epoch = sequence = 0;
        return name.Split('-') is [var first, var second, _]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out epoch)
            && long.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }

    private static string Short(string digest) => digest.Length <= WeightsLength ? digest : digest[..WeightsLength];

    private static bool TryNumber(string text, out int number)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Segment(string name)
    {
        var text = new StringBuilder(Uri.EscapeDataString(name));
        if (text.Length > 0 && text[0] == '.')
        {
            text.Remove(0, 1).Insert(0, "%2E");
        }

        if (text.Length > 0 && text[^1] == '.')
        {
            text.Length--;
            text.Append("%2E");
        }

        return text.ToString();
    }
}
