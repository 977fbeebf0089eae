using System.Globalization;
using System.Text;

namespace AmViz.Atlas.Tiles;

/// <summary>The command line that draws one tile again.</summary>
internal static class RedrawCommand
{
    /// <summary>Numbers that the command line can set one by one; all others come from the recipe of the given name.</summary>
    private static RenderRecipe Settable(RenderRecipe recipe) => recipe with { Steps = 1, Size = 0 };

    /// <summary>Writes the command, with the threads and the batch size that the last bits of the pixels depend on.</summary>
    public static string For(ChannelTask task, RenderRecipe recipe, RenderEnvironment? environment)
    {
        var command = new StringBuilder("amviz render");
        void Add(string flag, object value) => command.Append(CultureInfo.InvariantCulture, $" --{flag} {Quote(value)}");

        Add("model", task.Model);
        Add("layer", task.Layer);
        Add("channel", task.Channel);
        Add("seed", task.Seed);
        Add("recipe", recipe.Name);
        Add("steps", recipe.Steps);
        Add("size", recipe.Size);
        if (environment is not null)
        {
            Add("threads", environment.Threads);
            Add("batch", environment.BatchSize);
        }

        Add("out", "redrawn");
        return command.ToString();
    }

    /// <summary>Whether the command says all of a recipe, because the rest is as its name has it.</summary>
    public static bool SaysAllOf(RenderRecipe recipe)
        => Recipes.Find(recipe.Name) is { } named && Settable(named) == Settable(recipe);

    /// <summary>What somebody who copies the command must know of a recipe; null where the command says all of it.</summary>
    public static string? NoteOn(RenderRecipe recipe) => SaysAllOf(recipe)
        ? null
        : $"This recipe differs from '{recipe.Name}' in numbers that these flags cannot say: put them, from the list below, into a spec.";

    private static string Quote(object value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "._-/:@%+=,".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
