using System.Reflection;
using System.Text;
using HandlebarsDotNet;

namespace AmViz.Atlas.Quiz;

/// <summary>The page of a quiz, compiled once. Values are escaped unless the template says otherwise.</summary>
internal static class QuizTemplate
{
    private static readonly HandlebarsTemplate<object, object> Compiled =
        Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true }).Compile(Read("quiz.html"));

    /// <summary>Fills it in; a name in it that the view does not have is an error.</summary>
    public static string Render(QuizView view) => Compiled(view);

    /// <summary>Its template, style or script.</summary>
    public static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its page '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
