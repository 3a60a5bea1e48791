// The program from its source, whatever was built last.
import '../../src/cli/main.ts'
