using AmViz.Atlas.Output;
using AmViz.Responses;
using AmViz.Storage;

namespace AmViz.Atlas.Quiz;

/// <summary>Writes a quiz as a page that opens from a disk.</summary>
public static class QuizPage
{
    /// <summary>Writes it.</summary>
    /// <param name="store">Where its pictures lie.</param>
    /// <param name="quiz">The quiz.</param>
    /// <param name="folder">Where the page goes; made if there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Path of the page.</returns>
    /// <exception cref="StorageException">A picture is missing or damaged.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static async Task<string> WriteAsync(IBlobStore store, QuizPlan quiz, string folder, CancellationToken cancellationToken)
    {
        var page = QuizTemplate.Render(QuizView.Of(quiz, await QuizImages.ReadAsync(store, quiz, cancellationToken)));
        var target = new AtlasFolder(folder);
        await target.WriteAsync(AtlasPaths.Home, page, cancellationToken);
        return target.FullPath(AtlasPaths.Home);
    }
}
