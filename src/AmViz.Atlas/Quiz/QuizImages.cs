using AmViz.Imaging;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Quiz;

/// <summary>The pictures of a quiz as addresses that hold them (RFC 2397), each once: so the page has no file names that could tell an answer.</summary>
internal sealed class QuizImages
{
    /// <summary>Longest side; smaller pictures keep their size. Drawn up to 240 pixels wide.</summary>
    public const int Size = 224;

    private const int Quality = 85;

    private readonly List<string> _addresses = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    private QuizImages()
    {
    }

    /// <summary>The addresses.</summary>
    public IReadOnlyList<string> Addresses => _addresses;

    /// <summary>Reads the pictures of a quiz.</summary>
    /// <exception cref="StorageException">One is missing or damaged.</exception>
    public static async Task<QuizImages> ReadAsync(IBlobStore store, QuizPlan quiz, CancellationToken cancellationToken)
    {
        var images = new QuizImages();
        foreach (var path in quiz.Questions.SelectMany(question => ShownOf(question).Concat([question.Left.Crop, question.Right.Crop])).Where(path => !images._places.ContainsKey(path)).Distinct(StringComparer.Ordinal))
        {
            images._places.Add(path, images._addresses.Count);
            images._addresses.Add($"data:image/webp;base64,{Convert.ToBase64String(await ReadAsync(store, path, cancellationToken))}");
        }

        return images;
    }

    /// <summary>Paths of what a question shows beside its photographs.</summary>
    public static IEnumerable<string> ShownOf(QuizQuestion question) => question.Condition switch
    {
        QuizCondition.Picture => [question.Picture.Path],
        QuizCondition.Photographs => question.References.Select(reference => reference.Crop),
        _ => [],
    };

    /// <summary>Place of a picture among the addresses.</summary>
    public int PlaceOf(string path) => _places[path];

    private static async Task<byte[]> ReadAsync(IBlobStore store, string text, CancellationToken cancellationToken)
    {
        if (!BlobPath.TryParse(text, out var path) || await store.ReadAsync(path, cancellationToken) is not { } blob)
        {
            throw new StorageException($"'{text}' of {store.Name} is missing. Restore it from a copy; or draw the sweep or show the photographs again, which makes it anew.");
        }

        try
        {
            return WebpCodec.Encode(Small(PngCodec.Decode(blob.Content.ToArray()).Picture), Quality);
        }
        catch (ImagingException e)
        {
            throw new CorruptBlobException(path, $"'{text}' of {store.Name} is no picture any more: {e.Message} Remove it, and draw the sweep or show the photographs again, which makes it anew.", e);
        }
    }

    private static Picture Small(Picture picture) => Math.Min(picture.Width, picture.Height) > Size ? picture.Resize(Size, ResizeMode.CropCenter) : picture;
}
